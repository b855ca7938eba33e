import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import type { Vault } from '../../ui/access/grant-fields.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { GrantDialog } from '../policies/grant/grant-dialog.tsx'
import { RemoveAccess } from '../policies/grant/remove-access.tsx'
import type { Agent } from './agent.ts'

type Policy = Contract['policies.of-agent']['reply']['policies'][number]

/** What an agent is granted, in all vaults. */
export function AgentPolicies({ agent }: { agent: Agent }) {
  const [granting, grant] = useState(false)
  const [removing, remove] = useState<Policy | null>(null)
  const known = useLoaded(client => policiesOf(client, agent.id))
  const { state } = known
  const mayNot = state.at === 'failed' && state.problem.status === 403
  return (
    <Panel title="Access" actions={state.at === 'loaded' && <Button onClick={() => grant(true)}>Grant access</Button>}>
      {mayNot ? (
        <p>Only owners and admins of the organisation, and who registered this agent, see what it is granted.</p>
      ) : (
        <LoadedView of={known} what="the policies">
          {({ policies, vaults }) => (
            <Table
              caption="Policies of the agent"
              columns={columns(vaults, remove)}
              rows={policies}
              keyOf={({ id }) => id}
              empty="No access yet. Grant access so that this agent can read secrets."
            />
          )}
        </LoadedView>
      )}
      {granting && <GrantDialog principal={`agent:${agent.id}`} onDone={known.reload} onClose={() => grant(false)} />}
      {removing && <RemoveAccess policy={removing} who={agent.name} onDone={known.reload} onClose={() => remove(null)} />}
    </Panel>
  )
}

async function policiesOf(client: Client, id: string) {
  const [{ policies }, { vaults }] = await Promise.all([
    client.call('policies.of-agent', { params: { agent_id: id } }),
    client.call('vaults.list'),
  ])
  return { policies, vaults }
}

function columns(vaults: readonly Vault[], remove: (policy: Policy) => void): Column<Policy>[] {
  const nameOf = (id: string) => vaults.find(vault => vault.id === id)?.name ?? id
  return [
    { title: 'Paths', kind: 'name', cell: ({ secret_path_pattern: pattern }) => <Path>{pattern}</Path> },
    { title: 'Vault', cell: ({ vault_id: id }) => <Link to={`/vaults/${id}`}>{nameOf(id)}</Link> },
    { title: 'Can', cell: ({ permissions }) => permissions.join(', ') },
    { title: 'When', cell: policy => <Holds policy={policy} /> },
    { title: 'Actions', kind: 'actions', cell: policy => <Button onClick={() => remove(policy)}>Remove access</Button> },
  ]
}

const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium' })

function Holds({ policy: { expires_at, conditions } }: { policy: Policy }) {
  const over = expires_at !== undefined && new Date(expires_at) <= new Date()
  return (
    <span className="badges">
      {expires_at === undefined ? (
        'Always'
      ) : over ? (
        <Badge tone="bad">expired</Badge>
      ) : (
        `Until ${DAY.format(new Date(expires_at))}`
      )}
      {conditions && Object.keys(conditions).length > 0 && <Badge>under conditions</Badge>}
    </span>
  )
}
