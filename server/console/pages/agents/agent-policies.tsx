import { useState } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import type { Vault } from '../../ui/access/grant-fields.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import type { Agent } from './agent.ts'
import { GrantAccess } from './grant-access.tsx'

type Policy = Contract['policies.of-agent']['reply']['policies'][number]

/** What an agent is granted, in all vaults. */
export function AgentPolicies({ agent }: { agent: Agent }) {
  const [granting, grant] = useState(false)
  const [withdrawing, withdraw] = useState<Policy | null>(null)
  const known = useLoaded(client => policiesOf(client, agent.id))
  const { state } = known
  const mayNot = state.at === 'failed' && state.problem.status === 403
  return (
    <Panel title="Policies" actions={state.at === 'loaded' && <Button onClick={() => grant(true)}>Grant access</Button>}>
      {mayNot ? (
        <p>Only owners and admins of the organisation, and who registered this agent, see what it is granted.</p>
      ) : (
        <LoadedView of={known} what="the policies">
          {({ policies, vaults }) => (
            <Table
              caption="Policies of the agent"
              columns={columns(vaults, withdraw)}
              rows={policies}
              keyOf={({ id }) => id}
              empty="It is granted nothing: without a policy it reaches no secret."
            />
          )}
        </LoadedView>
      )}
      {granting && state.at === 'loaded' && (
        <GrantAccess agent={agent} vaults={state.value.vaults} onDone={known.reload} onClose={() => grant(false)} />
      )}
      {withdrawing && <Withdraw agent={agent} policy={withdrawing} onDone={known.reload} onClose={() => withdraw(null)} />}
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

function columns(vaults: readonly Vault[], withdraw: (policy: Policy) => void): Column<Policy>[] {
  const nameOf = (id: string) => vaults.find(vault => vault.id === id)?.name ?? id
  return [
    { title: 'Paths', kind: 'name', cell: ({ secret_path_pattern: pattern }) => <Path>{pattern}</Path> },
    { title: 'Vault', cell: ({ vault_id: id }) => <Link to={`/vaults/${id}`}>{nameOf(id)}</Link> },
    { title: 'It may', cell: ({ permissions }) => permissions.join(', ') },
    { title: 'When', cell: policy => <Holds policy={policy} /> },
    { title: 'Actions', kind: 'actions', cell: policy => <Button onClick={() => withdraw(policy)}>Withdraw</Button> },
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

interface WithdrawProps {
  agent: Agent
  policy: Policy
  onDone(): Promise<void>
  onClose(): void
}

function Withdraw({ agent, policy, onDone, onClose }: WithdrawProps) {
  const announce = useAnnounce()
  const { vault_id, id: policy_id, secret_path_pattern: pattern } = policy
  const action = useAction(
    client => client.call('policies.delete', { params: { vault_id, policy_id } }),
    'Only owners, admins and who manages the vault may withdraw its policies.',
  )
  const done = async () => {
    onClose()
    announce('The policy is withdrawn.')
    await onDone()
  }
  return (
    <Confirm title={`Withdraw ${pattern}?`} verb="Withdraw the policy" action={action} onDone={done} onClose={onClose}>
      <p>{agent.name} is refused there from its next request on, unless another policy grants the same.</p>
    </Confirm>
  )
}
