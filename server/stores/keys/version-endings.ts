import type { Handle } from '../../db/database.ts'
import type { VaultPlace } from '../../policy/facts.ts'

/** The id of a secret if it is in the vault, for a condition: a write by id alone could reach another vault. */
export function secretIn(db: Handle['db'], vault: VaultPlace, secretId: string) {
  return db.selectFrom('secrets').select('id').where('id', '=', secretId).where('vault_id', '=', vault.id)
}

/** How versions end. Part of the store of secrets. */
export function secretEndings({ db, changed }: Handle) {
  return {
    /** False if there is no such version, or it is deleted. */
    async disable(vault: VaultPlace, secretId: string, version: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set({ is_disabled: 1 })
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('version', '=', version)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      changed(`secret:${secretId}`)
      return numUpdatedRows === 1n
    },

    /**
     * Marks every version as deleted, and ends its shares: a later value at the path is a different secret. False if all were already
     * marked.
     */
    async softDelete(vault: VaultPlace, secretId: string, now: number, by: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set({ deleted_at: now, deleted_by: by })
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      const shares = db.updateTable('shares').set({ expires_at: now })
      await shares
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('expires_at', '>', now)
        .execute()
      changed(`secret:${secretId}`)
      return numUpdatedRows > 0n
    },
  }
}
