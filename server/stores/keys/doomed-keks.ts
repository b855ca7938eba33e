import type { Selectable } from 'kysely'
import { ERASED, type Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type DoomedKek = Selectable<Schema['doomed_keks']>
export type DoomedKekStore = ReturnType<typeof doomedKekStore>

/** KEKs that no vault has any more and that the key provider is still to destroy. */
export function doomedKekStore(handle: Handle) {
  const { db, changed } = handle
  return {
    /** The KEK of a key of the server itself, which no vault ever had. */
    addServerKek: (kek: Pick<DoomedKek, 'id' | 'blob' | 'destroy_at'>, orgId: string) =>
      doom(handle, [{ ...kek, org_id: orgId, vault_id: '' }]),

    /** Those whose time has come. */
    due: (now: number, limit: number): Promise<DoomedKek[]> =>
      db.selectFrom('doomed_keks').selectAll().where('destroy_at', '<=', now).orderBy('destroy_at').limit(limit).execute(),

    /** After it was destroyed. False when another process has said so before. */
    async forget(id: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('doomed_keks').where('id', '=', id).executeTakeFirst()
      await db.deleteFrom('kek_wraps').where('kek_id', '=', id).execute()
      changed(ERASED)
      return numDeletedRows === 1n
    },
  }
}

/** For stores that take KEKs away from a vault, within a unit of work. */
export async function doom({ db }: Handle, keks: readonly DoomedKek[]): Promise<void> {
  if (keks.length > 0) await db.insertInto('doomed_keks').values(keks).execute()
}
