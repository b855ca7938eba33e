import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'

export type ChainRow = Selectable<Schema['chains']>
export type ChainStore = ReturnType<typeof chainStore>

/** What admins changed of the registry. Every change is told as `chains`. */
export function chainStore({ db, changed }: Handle) {
  return {
    all: (): Promise<ChainRow[]> => db.selectFrom('chains').selectAll().orderBy('created_at').orderBy('id').execute(),

    /** Throws a unique violation when the name or the chain id is taken. */
    async add(chain: Insertable<Schema['chains']>) {
      await db.insertInto('chains').values(chain).execute()
      changed('chains')
    },

    async update(id: string, fields: Updateable<Schema['chains']>): Promise<ChainRow | undefined> {
      const row = await db.updateTable('chains').set(fields).where('id', '=', id).returningAll().executeTakeFirst()
      changed('chains')
      return row
    },

    async remove(id: string) {
      await db.deleteFrom('chains').where('id', '=', id).execute()
      changed('chains')
    },
  }
}
