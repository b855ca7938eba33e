import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type SecretChangeStore = ReturnType<typeof secretChangeStore>
export type BesideValue = Partial<Pick<Selectable<Schema['secret_versions']>, 'metadata' | 'expires_at' | 'max_access_count'>>

/** Changes of secrets that touch no value. */
export function secretChangeStore({ db, changed }: Handle) {
  return {
    /** Throws a unique violation when the other path has a secret. */
    async rename(id: string, vaultId: string, { from, to }: { readonly from: string; readonly to: string }) {
      await db.updateTable('secrets').set({ path: to }).where('id', '=', id).execute()
      changed(`secret:${id}`)
      for (const path of [from, to]) changed(`secret-path:${vaultId}/${path}`)
    },

    /** Changes what stands beside the value of a version. False when it is disabled or deleted. */
    async update(secretId: string, version: number, fields: BesideValue): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set(fields)
        .where('secret_id', '=', secretId)
        .where('version', '=', version)
        .where('is_disabled', '=', 0)
        .where('deleted_at', 'is', null)
        .executeTakeFirst()
      changed(`secret:${secretId}`)
      return numUpdatedRows === 1n
    },
  }
}
