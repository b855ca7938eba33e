import { pattern } from '../../../src/path-pattern.ts'
import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { Kek } from '../../keys/keyring.ts'
import { withInherited } from '../../policy/delegation.ts'
import type { PolicyFacts, VaultFacts } from '../../policy/facts.ts'
import type { DeletedVault } from '../../policy/grant.ts'
import type { DeletionStore } from '../../stores/keys/deletions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { PolicyRow, PolicyStore } from '../../stores/policies/policies.ts'
import type { VaultRow, VaultStore } from '../../stores/vaults.ts'

const MAX_CACHED = 10_000

/** The current vault with its policies; every change of either drops it from the cache. */
export function vaultFacts(database: Database<{ vaults: VaultStore; vaultKeys: VaultKeyStore; policies: PolicyStore }>) {
  const cache = liveCache<string, VaultFacts | undefined>({
    database,
    topic: id => `vault:${id}`,
    max: MAX_CACHED,
    load: id =>
      database.read(async ({ vaults, vaultKeys, policies }) => {
        const vault = await vaults.ofAnyOrg(id)
        if (!vault) return undefined
        const place = { id, orgId: vault.org_id }
        return factsOf(vault, await vaultKeys.formerKeks(place), await policies.inVault(place))
      }),
  })
  return (id: string) => cache.get(id)
}

/** The facts about a deleted vault for a decision. Rarely needed, and not cached. */
export function deletedVaultFacts(database: Database<{ deletions: DeletionStore }>) {
  return async (id: string): Promise<DeletedVault | undefined> => {
    const row = await database.read(({ deletions }) => deletions.deletedVaultOfAnyOrg(id))
    return row && { id: row.id, orgId: row.org_id, createdBy: row.created_by, createdByType: row.created_by_type }
  }
}

export function factsOf(vault: VaultRow, formerKeks: readonly Kek[], policies: readonly PolicyRow[]): VaultFacts {
  return {
    id: vault.id,
    orgId: vault.org_id,
    createdBy: vault.created_by,
    createdByType: vault.created_by_type,
    kek: { id: vault.kek_id, blob: vault.kek_blob },
    policies: withInherited(policies.map(policyFacts)),
    formerKeks,
    cmekFingerprint: vault.cmek_fingerprint,
  }
}

function policyFacts(row: PolicyRow): PolicyFacts {
  return {
    id: row.id,
    pattern: pattern(row.secret_path_pattern),
    principalType: row.principal_type,
    principalId: row.principal_id,
    permissions: row.permissions,
    conditions: row.conditions,
    expiresAt: row.expires_at,
    grantedUnder: row.granted_under,
    inherited: [],
  }
}
