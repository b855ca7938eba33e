import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { useHealth } from '../../ui/data/health.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'

type Verdict = Contract['audit.verify-get']['reply']

const REFRESH_MS = 30_000
const SIZE = { width: 720, height: 16 }

/** The audit log as a line: archived, verified earlier, and verified now. */
export function Trail() {
  const verdict = useLoaded(client => client.call('audit.verify-get', {}, { timeoutMs: 60_000 }))
  useRefreshed(verdict.refresh, REFRESH_MS)
  return (
    <Panel title="Trail" actions={<Link to="/audit?verify=now">Verify</Link>}>
      <LoadedView of={verdict} what="the trail">
        {found => <Line verdict={found} />}
      </LoadedView>
    </Panel>
  )
}

function Line({ verdict: { ok, checked_from: first, signed_to: last, verified_at, removed, faults } }: { verdict: Verdict }) {
  const to = Math.max(1, last)
  const x = (seq: number) => (Math.min(seq, to) / to) * SIZE.width
  const gone = x(removed?.to ?? 0)
  const before = x(Math.max(removed?.to ?? 0, first - 1))
  const caption = ok
    ? `Intact: ${last.toLocaleString()} events, all of them signed.`
    : `Not intact: ${faults.length} ${faults.length === 1 ? 'fault' : 'faults'} in ${last.toLocaleString()} events.`
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        <span>
          <Badge tone={ok ? 'good' : 'bad'}>{ok ? 'Intact' : 'Not intact'}</Badge> Signed up to no. {last.toLocaleString()},
          verified <When instant={verified_at} inSentence />
          {removed && `; events up to no. ${removed.to.toLocaleString()} were removed`}.
        </span>
      </figcaption>
      <svg
        className="trail-line"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        role="img"
        aria-label={caption}
      >
        {gone > 0 && <line className="trail-gone" x1="0" x2={gone} y1="8" y2="8" />}
        {before > gone && <line className="trail-before" x1={gone} x2={before} y1="8" y2="8" />}
        <line className={ok ? 'trail-now' : 'trail-fault'} x1={before} x2={SIZE.width} y1="8" y2="8" />
        <line className="trail-head" x1={SIZE.width - 2} x2={SIZE.width - 2} y1="1" y2="15" />
      </svg>
    </figure>
  )
}

/** The health of the server, as far as everyone may see it. */
export function Server() {
  const { account } = useSignedIn()
  const health = useHealth()
  return (
    <Panel title="Server" actions={account.role !== 'member' && <Link to="/server">Status</Link>}>
      {health ? (
        <p className="server-line">
          {health.parts.map(({ name, ok }) => (
            <Badge key={name} tone={ok ? 'good' : 'bad'}>{`${name}: ${ok ? 'ok' : 'not ok'}`}</Badge>
          ))}{' '}
          {health.version && <span className="quiet">Version {health.version}</span>}
        </p>
      ) : (
        <p className="loading late" role="status">
          Loading…
        </p>
      )}
    </Panel>
  )
}
