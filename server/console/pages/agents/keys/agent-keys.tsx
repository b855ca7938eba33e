import { useEffect, useRef, useState } from 'react'
import type { Contract } from '../../../../../src/contract/all.ts'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { Badge } from '../../../ui/data/badge.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../../ui/data/use-refreshed.ts'
import { When } from '../../../ui/data/when.tsx'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Until } from '../../secrets/until.tsx'
import { type Agent, ONLY_ITS_PEOPLE } from '../agent.ts'

type Key = Contract['agents.keys']['reply']['keys'][number]

const REFRESH_MS = 5_000

/** The active keys of an agent, and whether the old one is still in use. */
export function AgentKeys({ agent }: { agent: Agent }) {
  const [revoking, revoke] = useState(false)
  const keys = useLoaded(client => client.call('agents.keys', { params: { agent_id: agent.id } }).then(reply => reply.keys))
  const { reload } = keys
  // While a key is being replaced, the page shows when the new one is used, and that the old one no longer is.
  useRefreshed(keys.refresh, REFRESH_MS)
  const shown = useRef(agent)
  // Loaded again by the page: a key may have been added.
  useEffect(() => {
    if (shown.current === agent) return
    shown.current = agent
    void reload()
  }, [agent, reload])
  return (
    <Panel title="Keys">
      <LoadedView of={keys} what="the keys">
        {rows => (
          <Table
            caption="Keys"
            columns={columns(() => revoke(true))}
            rows={rows}
            keyOf={({ slot }) => slot}
            empty="This agent has no key."
          />
        )}
      </LoadedView>
      {revoking && (
        <RevokeOldKey
          agent={agent}
          keys={keys.state.at === 'loaded' ? keys.state.value : []}
          onDone={keys.reload}
          onClose={() => revoke(false)}
        />
      )}
    </Panel>
  )
}

const columns = (revoke: () => void): Column<Key>[] => [
  {
    title: 'Key',
    kind: 'name',
    cell: ({ key_prefix: prefix, slot }) => (
      <span className="unbroken">
        <code>{prefix}…</code> {slot === 'previous' && <Badge tone="warn">Old</Badge>}
      </span>
    ),
  },
  {
    title: 'Created',
    cell: ({ created_at: at }) => (at ? <When instant={at} /> : <span className="quiet">Before this was recorded</span>),
  },
  { title: 'Last used', cell: ({ last_used_at: at }) => (at ? <When instant={at} /> : <span className="quiet">Not yet</span>) },
  { title: 'From', kind: 'short', cell: ({ last_used_from: from }) => from },
  { title: 'Expires', cell: ({ expires_at: at }) => (at ? <Until instant={at} /> : 'Never') },
  {
    title: 'Actions',
    kind: 'actions',
    cell: ({ slot }) => slot === 'previous' && <Button onClick={revoke}>Revoke the old key</Button>,
  },
]

interface RevokeOldKeyProps {
  agent: Agent
  keys: readonly Key[]
  onDone(): Promise<void>
  onClose(): void
}

function RevokeOldKey({ agent, keys, onDone, onClose }: RevokeOldKeyProps) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('agents.revoke-key', { params: { agent_id: agent.id } }), ONLY_ITS_PEOPLE)
  const done = async () => {
    onClose()
    announce('The old key is revoked.')
    await onDone()
  }
  return (
    <Confirm title={`Revoke the old key of ${agent.name}?`} verb="Revoke" action={action} onDone={done} onClose={onClose}>
      <Uses keys={keys} />
      <p>
        Everything that still uses it stops working at once. The tokens of the agent end too; programs with the new key get new
        ones.
      </p>
    </Confirm>
  )
}

/** When the old and the new key were last used: whether something would stop. */
function Uses({ keys }: { keys: readonly Key[] }) {
  const old = keys.find(({ slot }) => slot === 'previous')
  const current = keys.find(({ slot }) => slot !== 'previous')
  return (
    <>
      <p>
        The old key <LastUse of={old} />, the new key <LastUse of={current} />.
      </p>
      {old !== undefined && current?.last_used_at === undefined && (
        <p className="warning">The new key has not been used: programs may still have the old one.</p>
      )}
    </>
  )
}

function LastUse({ of: key }: { of: Key | undefined }) {
  if (key?.last_used_at === undefined) return <>has not been used</>
  return (
    <>
      was last used <When instant={key.last_used_at} inSentence />
      {key.last_used_from !== undefined && <> from {key.last_used_from}</>}
    </>
  )
}
