import type { Database } from '../../db/database.ts'
import type { PolicyStore } from '../../stores/policies.ts'
import type { VaultStore } from '../../stores/vaults.ts'
import { vaultFacts } from './facts.ts'
import { type VaultDeps, vaults } from './service.ts'

/** Vaults, and what the decision needs to know of one. */
export function vaultArea(deps: VaultDeps & { readonly database: Database<{ vaults: VaultStore; policies: PolicyStore }> }) {
  return { vaults: vaults(deps), vaultFacts: vaultFacts(deps.database) }
}
