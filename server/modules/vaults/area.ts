import type { Database } from '../../db/database.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { PolicyStore } from '../../stores/policies/policies.ts'
import type { VaultStore } from '../../stores/vaults.ts'
import { type VaultDeletionDeps, vaultDeletion } from './deletion.ts'
import { deletedVaultFacts, vaultFacts } from './facts.ts'
import { type MakeVaultDeps, vaultMaker } from './make-vault.ts'
import { vaultBody } from './routes.ts'
import { type VaultDeps, vaults } from './service.ts'

export type VaultAreaDeps = Omit<VaultDeps, 'makeVault' | 'vaultFacts'> &
  VaultDeletionDeps &
  Pick<MakeVaultDeps, 'ensureRoom' | 'keyring'> & {
    readonly database: Database<{ vaults: VaultStore; vaultKeys: VaultKeyStore; policies: PolicyStore }>
  }

/** Vaults, the code that creates them, and the facts for decisions. */
export function vaultArea(deps: VaultAreaDeps) {
  const makeVault = vaultMaker(deps)
  const facts = vaultFacts(deps.database)
  return {
    vaults: vaults({ ...deps, makeVault, vaultFacts: facts }),
    vaultDeletion: vaultDeletion(deps),
    deletedVault: deletedVaultFacts(deps.database),
    makeVault,
    vaultFacts: facts,
    vaultBody,
  }
}
