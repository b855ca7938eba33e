import { randomUUID } from 'node:crypto'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { VaultRow, VaultStore } from '../../stores/vaults.ts'

export interface MakeVaultDeps {
  readonly database: Pick<Database<{ vaults: Pick<VaultStore, 'add'>; audit: Pick<AuditStore, 'append'> }>, 'run'>
  readonly keyring: Pick<Keyring, 'createKek' | 'destroyKek'>
  readonly clock: () => number
}

export type NewVault = Pick<VaultRow, 'org_id' | 'name' | 'description' | 'created_by' | 'created_by_type' | 'is_system'>

/** Makes a vault with its key. Undefined when the organisation has a vault with this name. */
export type MakeVault = (vault: NewVault, eventOf: (row: VaultRow) => NewEvent) => Promise<VaultRow | undefined>

/** The one maker of vaults. The key comes first: a vault never exists without one. */
export function vaultMaker({ database, keyring, clock }: MakeVaultDeps): MakeVault {
  return async (vault, eventOf) => {
    const kek = await keyring.createKek(randomUUID())
    const row: VaultRow = { ...vault, id: randomUUID(), kek_id: kek.id, kek_blob: kek.blob, created_at: clock() }
    try {
      await database.run(async ({ vaults, audit }) => {
        await vaults.add(row)
        await audit.append([eventOf(row)], row.created_at)
      })
      return row
    } catch (error) {
      // Only a vault that certainly is not there loses its key: after a broken connection it may have been committed.
      if (!isUniqueViolation(error)) throw error
      await keyring.destroyKek(kek)
      return undefined
    }
  }
}
