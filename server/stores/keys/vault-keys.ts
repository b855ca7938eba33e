import type { Handle } from '../../db/database.ts'
import { prepared } from '../../db/prepared.ts'
import { holdRows, lockRows } from '../../db/row-lock.ts'

/** A KEK as it is stored, see `Keyring`. */
interface Kek {
  readonly id: string
  readonly blob: Uint8Array | null
}

export type VaultKeyStore = ReturnType<typeof vaultKeyStore>

/** The keys that vaults are under: their KEKs, and customers' keys by fingerprint. */
export function vaultKeyStore(handle: Handle) {
  const { db, changed } = handle
  const standing = (id: string) => db.updateTable('vaults').where('id', '=', id).where('deleted_at', 'is', null)

  const hold = prepared(handle, (queries, vault: { id: string }) =>
    holdRows(
      handle,
      queries.selectFrom('vaults').select(['kek_id', 'kek_blob', 'cmek_fingerprint']).where('id', '=', vault.id),
    ).where('deleted_at', 'is', null),
  )

  return {
    /** What a value must be under that is written in this unit of work; holds until it ends. Undefined when the vault is gone. */
    hold: async (vaultId: string) => (await hold({ id: vaultId })).rows[0],

    /** The same, with nobody else writing into the vault until the unit of work ends. */
    lock: (vaultId: string) =>
      lockRows(
        handle,
        db
          .selectFrom('vaults')
          .select(['kek_id', 'kek_blob', 'cmek_fingerprint', 'is_system'])
          .where('id', '=', vaultId)
          .where('deleted_at', 'is', null),
      ).executeTakeFirst(),

    formerKeks: (vaultId: string): Promise<Kek[]> =>
      db.selectFrom('former_keks').select(['id', 'blob']).where('vault_id', '=', vaultId).execute(),

    async setFingerprint(vaultId: string, fingerprint: string | null) {
      await standing(vaultId).set({ cmek_fingerprint: fingerprint }).execute()
      changed(`vault:${vaultId}`)
    },

    /** New values are under another KEK from here on; what is under the one so far can still be read. */
    async changeKek(vaultId: string, from: Kek, to: Kek, now: number) {
      await standing(vaultId).set({ kek_id: to.id, kek_blob: to.blob }).execute()
      await db.insertInto('former_keks').values({ id: from.id, vault_id: vaultId, blob: from.blob, retired_at: now }).execute()
      changed(`vault:${vaultId}`)
    },

    /** Whether the KEK was one of the vault's and nothing is under it any more; then it is forgotten. The vault must be locked. */
    async forgetKek(vaultId: string, kekId: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('former_keks')
        .where('id', '=', kekId)
        .where('vault_id', '=', vaultId)
        .where(({ not, exists, selectFrom }) =>
          not(exists(selectFrom('secret_versions').select('version').where('kek_id', '=', kekId))),
        )
        .executeTakeFirst()
      changed(`vault:${vaultId}`)
      return numDeletedRows === 1n
    },
  }
}
