import type { Contract } from '../../../../../src/contract/all.ts'
import { pattern as compiled, matches } from '../../../../../src/path-pattern.ts'
import { type VaultReference, vaultAddress } from '../../../address.ts'
import { Path } from '../../../ui/data/path.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { AccessMap } from '../../picture.tsx'
import type { Reads } from './activity.ts'

export type Policy = Contract['policies.of-agent']['reply']['policies'][number]

interface AgentMapProps {
  name: string
  policies: readonly Policy[]
  reads: Reads['reads']
  vaultOf(id: string): VaultReference
  onRemove(policy: Policy): void
}

const MOST_RULES = 30

/** How often each policy was used in 90 days: the reads of paths that it matches. */
export function readsUnder({ vault_id, secret_path_pattern }: Policy, reads: Reads['reads']): number {
  const granted = compiled(secret_path_pattern)
  return reads
    .filter(({ path, vault_id: vault }) => vault === vault_id && path !== undefined && matches(granted, path))
    .reduce((sum, { count }) => sum + count, 0)
}

/** An agent, its policies and the vaults that they open. */
export function AgentMap({ name, policies, reads, vaultOf, onRemove }: AgentMapProps) {
  const shown = policies.slice(0, MOST_RULES)
  const used = shown.map(policy => readsUnder(policy, reads))
  const vaults = [...new Set(shown.map(({ vault_id }) => vault_id))].map(vaultOf)
  const unused = used.filter(count => count === 0).length
  const caption = `${name} can reach ${vaults.length === 1 ? 'one vault' : `${vaults.length} vaults`} by ${
    shown.length === 1 ? 'one rule' : `${shown.length} rules`
  }${unused > 0 ? `; it read nothing by ${unused === shown.length ? 'any' : unused} of them in 90 days` : ''}.`
  return (
    <AccessMap
      caption={caption}
      access={{
        who: [{ id: 'agent', label: name }],
        rules: shown.map(({ id, secret_path_pattern: label }) => ({ id, label })),
        what: vaults.map(vault => ({ id: vault.id, label: vault.name ?? vault.id.slice(0, 8), to: vaultAddress(vault) })),
        ties: shown.map(({ id, vault_id }, place) => ({ who: 'agent', rule: id, what: vault_id, reads: used[place] ?? 0 })),
        former: [],
      }}
      chainOf={() => (
        <ul className="chain">
          {shown.map((policy, place) => (
            <li key={policy.id}>
              <span>
                <Path>{policy.secret_path_pattern}</Path> in {vaultOf(policy.vault_id).name ?? 'a vault'}:{' '}
                {policy.permissions.join(', ')} <span className="quiet">· {(used[place] ?? 0).toLocaleString()} reads</span>
              </span>
              <Button onClick={() => onRemove(policy)}>
                Remove access<span className="only-heard"> to {policy.secret_path_pattern}</span>
              </Button>
            </li>
          ))}
        </ul>
      )}
    />
  )
}
