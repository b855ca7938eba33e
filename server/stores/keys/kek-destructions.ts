import type { Selectable } from 'kysely'
import { ERASED, type Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type KekDestruction = Selectable<Schema['doomed_keks']>
type NewDestruction = Omit<KekDestruction, 'error'>
export type KekDestructionStore = ReturnType<typeof kekDestructionStore>

/** KEKs without a vault that the key provider still has to destroy. */
export function kekDestructionStore(handle: Handle) {
  const { db, changed } = handle
  return {
    /** The KEK of a key of the server itself, which no vault ever had. */
    addServerKek: (kek: Pick<KekDestruction, 'id' | 'blob' | 'destroy_at'>, orgId: string) =>
      scheduleDestruction(handle, [{ ...kek, org_id: orgId, vault_id: '' }]),

    /** The KEKs that are due. */
    due: (now: number, limit: number): Promise<KekDestruction[]> =>
      db.selectFrom('doomed_keks').selectAll().where('destroy_at', '<=', now).orderBy('destroy_at').limit(limit).execute(),

    /** The key store refused: it is tried again later, after the KEKs that were never tried. */
    async postpone(id: string, error: string, until: number) {
      await db.updateTable('doomed_keks').set({ error, destroy_at: until }).where('id', '=', id).execute()
    },

    /** The number of KEKs that the key store has refused to destroy. */
    async countRefused(): Promise<number> {
      const refused = db.selectFrom('doomed_keks').where('error', 'is not', null)
      return Number((await refused.select(({ fn }) => fn.countAll().as('count')).executeTakeFirstOrThrow()).count)
    },

    /** Called after the destruction. False if another process has already recorded it. */
    async forget(id: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('doomed_keks').where('id', '=', id).executeTakeFirst()
      await db.deleteFrom('kek_wraps').where('kek_id', '=', id).execute()
      changed(ERASED)
      return numDeletedRows === 1n
    },
  }
}

/** For stores that remove KEKs from a vault, within a unit of work. */
export async function scheduleDestruction({ db }: Handle, keks: readonly NewDestruction[]): Promise<void> {
  if (keks.length > 0)
    await db
      .insertInto('doomed_keks')
      .values(keks.map(kek => ({ ...kek, error: null })))
      .execute()
}
