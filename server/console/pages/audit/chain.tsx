import { useState } from 'react'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor, useQuery } from '../../ui/data/query.ts'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { HeadsChart } from '../picture.tsx'
import type { Verdict } from './heads.ts'

/** Whether the log is intact: nothing edited, removed, inserted or cut off. `?verify=now` checks at once. */
export function Chain() {
  const [verdict, setVerdict] = useState<Verdict | null>(null)
  const verify = useAction(async client => setVerdict(await client.call('audit.verify', {}, { timeoutMs: 300_000 })))
  useAskedFor('verify', () => void verify.run())
  const [query, change] = useQuery()
  const isShown = query.get('heads') !== null
  return (
    <Panel
      title="Integrity"
      actions={
        <div className="actions">
          <Button onClick={() => change({ heads: isShown ? '' : 'chart' })}>
            {isShown ? 'Hide signed heads' : 'Show signed heads'}
          </Button>
          <Button busy={verify.busy} onClick={() => verify.run()}>
            {verify.busy ? 'Verifying…' : 'Verify'}
          </Button>
        </div>
      }
    >
      <Alert>{verify.failure}</Alert>
      <div role="status">{verdict ? <Outcome verdict={verdict} /> : <p className="quiet">{UNASKED}</p>}</div>
      {isShown && <Heads verdict={verdict} />}
    </Panel>
  )
}

/** Loaded on request: a long log has many. */
function Heads({ verdict }: { verdict: Verdict | null }) {
  const proof = useLoaded(client => client.call('audit.checkpoints'))
  return (
    <LoadedView of={proof} what="the signed heads">
      {found => <HeadsChart proof={found} verdict={verdict} />}
    </LoadedView>
  )
}

const UNASKED = 'Each event carries a hash over itself and the event before it, and the newest is signed by the key provider.'

function Outcome({ verdict }: { verdict: Verdict }) {
  const { ok, checked, signed_to, verified_at, verified_before, removed, faults } = verdict
  return (
    <div className="verdict">
      <p>
        {ok ? <Badge tone="good">Intact</Badge> : <Badge tone="bad">Not intact</Badge>} {checked.toLocaleString()}
        {verified_before ? ' new events' : ' events'}, signed up to no. {signed_to.toLocaleString()}.{' '}
        <When instant={verified_at} />
      </p>
      {verified_before && (
        <p className="quiet">
          The events before were verified earlier, last all of them <When instant={verified_before} inSentence />.
        </p>
      )}
      {removed && (
        <p className="quiet">
          Events up to no. {removed.to.toLocaleString()} were removed <When instant={removed.removed_at} />
          {removed.kept_in && (
            <>
              {' '}
              and are kept in <code>{removed.kept_in}</code>
            </>
          )}
          .
        </p>
      )}
      {faults.length > 0 && (
        <ul className="faults">
          {faults.map(({ seq, kind, detail }) => (
            <li key={`${seq} ${kind}`}>
              No. {seq}: {detail}
            </li>
          ))}
        </ul>
      )}
      <p className="quiet">
        Checked by the server. <code>1claw audit verify</code> checks it on your machine, offline too.
      </p>
    </div>
  )
}
