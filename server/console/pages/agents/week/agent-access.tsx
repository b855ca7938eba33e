import { useState } from 'react'
import type { Client } from '../../../../../src/client/client.ts'
import { type VaultReference, vaultAddress } from '../../../address.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import type { Vault } from '../../../ui/access/grant-fields.tsx'
import { Badge } from '../../../ui/data/badge.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { Path } from '../../../ui/data/path.tsx'
import { useAskedFor } from '../../../ui/data/query.ts'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { GrantDialog } from '../../policies/grant/grant-dialog.tsx'
import { RemoveAccess } from '../../policies/grant/remove-access.tsx'
import type { Agent } from '../agent.ts'
import { firstOf, type Reads } from './activity.ts'
import { AgentMap, type Policy, readsUnder } from './agent-map.tsx'

/** `/agents/<id>/access`: the access of an agent in all vaults, and its use. */
export function AgentAccess({ agent }: { agent: Agent }) {
  const [granting, grant] = useState(false)
  useAskedFor('new', () => grant(true))
  const [removing, remove] = useState<Policy | null>(null)
  const { account } = useSignedIn()
  const seesLog = account.role !== 'member'
  const known = useLoaded(client => policiesOf(client, agent.id, seesLog))
  const { state } = known
  const mayNot = state.at === 'failed' && state.problem.status === 403
  return (
    <Panel
      title="Access"
      actions={
        state.at === 'loaded' && (
          <Button kind="primary" onClick={() => grant(true)}>
            Grant access
          </Button>
        )
      }
    >
      {mayNot ? (
        <p>Only owners, admins and the person who registered this agent can see its policies.</p>
      ) : (
        <LoadedView of={known} what="the policies">
          {({ policies, vaults, reads }) => (
            <>
              {policies.length > 0 && reads !== undefined && (
                <AgentMap
                  name={agent.name}
                  policies={policies}
                  reads={reads}
                  vaultOf={id => vaultOf(vaults, id)}
                  onRemove={remove}
                />
              )}
              <Table
                caption="Policies of the agent"
                columns={columns(vaults, reads, remove)}
                rows={policies}
                keyOf={({ id }) => id}
                empty="No access yet. Grant access so that this agent can read secrets."
              />
            </>
          )}
        </LoadedView>
      )}
      {granting && <GrantDialog principal={`agent:${agent.id}`} onDone={known.reload} onClose={() => grant(false)} />}
      {removing && <RemoveAccess policy={removing} who={agent.name} onDone={known.reload} onClose={() => remove(null)} />}
    </Panel>
  )
}

/** `reads` are those of the last 90 days; undefined if the person may not see them. */
async function policiesOf(client: Client, id: string, seesLog: boolean) {
  const query = { actor_type: 'agent', actor_id: id, from: firstOf(90), limit: 200 } as const
  const [{ policies }, { vaults }, read] = await Promise.all([
    client.call('policies.of-agent', { params: { agent_id: id } }),
    client.call('vaults.list'),
    seesLog ? client.call('audit.reads', { query }) : undefined,
  ])
  return { policies, vaults, reads: read?.reads }
}

const vaultOf = (vaults: readonly Vault[], id: string): VaultReference => vaults.find(vault => vault.id === id) ?? { id }

const nameOf =
  (vaults: readonly Vault[]) =>
  (id: string): string =>
    vaultOf(vaults, id).name ?? id.slice(0, 8)

function columns(
  vaults: readonly Vault[],
  reads: Reads['reads'] | undefined,
  remove: (policy: Policy) => void,
): Column<Policy>[] {
  return [
    { title: 'Paths', kind: 'name', cell: ({ secret_path_pattern: pattern }) => <Path>{pattern}</Path> },
    { title: 'Vault', cell: ({ vault_id: id }) => <Link to={vaultAddress(vaultOf(vaults, id))}>{nameOf(vaults)(id)}</Link> },
    { title: 'Can', cell: ({ permissions }) => permissions.join(', ') },
    { title: 'When', cell: policy => <Holds policy={policy} /> },
    ...(reads === undefined
      ? []
      : [
          {
            title: 'Reads in 90 days',
            kind: 'number' as const,
            cell: (policy: Policy) => readsUnder(policy, reads).toLocaleString(),
          },
        ]),
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
