import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import { type VaultRow, type VaultStore, vaultNameKey } from '../../stores/vaults.ts'

interface MakingStores {
  readonly vaults: Pick<VaultStore, 'add'>
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly audit: Pick<AuditStore, 'append'>
}

export interface MakeVaultDeps {
  readonly database: Pick<Database<MakingStores>, 'run'>
  readonly ensureRoom: EnsureRoom
  readonly keyring: Pick<Keyring, 'createKek' | 'destroyKek'>
  readonly clock: () => number
}

export type NewVault = Pick<VaultRow, 'org_id' | 'name' | 'description' | 'created_by' | 'created_by_type' | 'is_system'>

/** Creates a vault with its key. Undefined if the organisation has a vault with this name. */
export type MakeVault = (vault: NewVault, eventOf: (row: VaultRow) => NewEvent) => Promise<VaultRow | undefined>

const FRESH = { cmek_fingerprint: null, deleted_at: null, deleted_name: null }

/** The only code that creates vaults. The key is created first: a vault never exists without one. */
export function vaultMaker({ database, ensureRoom, keyring, clock }: MakeVaultDeps): MakeVault {
  return async (vault, eventOf) => {
    const kek = await keyring.createKek(randomUUID())
    const own = { id: randomUUID(), name_key: vaultNameKey(vault.name) }
    const row: VaultRow = { ...vault, ...own, kek_id: kek.id, kek_blob: kek.blob, created_at: clock(), ...FRESH }
    try {
      await database.run(async stores => {
        const { vaults, audit } = stores
        if (!vault.is_system) await ensureRoom(stores, vault.org_id, 'vaults')
        await ensureRoom(stores, vault.org_id, 'providerKeys')
        await vaults.add(row)
        await audit.append([eventOf(row)], row.created_at)
      })
      return row
    } catch (error) {
      // Only the key of a vault that certainly does not exist is destroyed: after a broken connection it could have been committed.
      const full = error instanceof Problem && (error.code === 'resource.limit' || error.code === 'resource.ceiling')
      if (!full && !isUniqueViolation(error)) throw error
      await keyring.destroyKek(kek)
      if (full) throw error
      return undefined
    }
  }
}
