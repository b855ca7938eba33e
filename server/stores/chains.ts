import type { Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'
import { codec, flag, orUndefined } from './codec.ts'

/** A chain that an admin has added, or a changed built-in one. */
export type StoredChain = ReturnType<typeof decode>
export type ChainStore = ReturnType<typeof chainStore>

const { decode } = codec<Selectable<Schema['chains']>>()({ flags: ['is_testnet', 'is_enabled', 'is_removed'], json: [] })

/** The admins' changes to the chains. Every change is announced as `chains`. */
export function chainStore({ db, changed }: Handle) {
  return {
    all: async (): Promise<StoredChain[]> =>
      (await db.selectFrom('chains').selectAll().orderBy('created_at').orderBy('id').execute()).map(decode),

    /** Throws a unique violation if the name or the chain id is taken. */
    async add(chain: StoredChain) {
      await db
        .insertInto('chains')
        .values({
          ...chain,
          is_testnet: flag(chain.is_testnet),
          is_enabled: flag(chain.is_enabled),
          is_removed: flag(chain.is_removed),
        })
        .execute()
      changed('chains')
    },

    async update(id: string, fields: Partial<StoredChain>): Promise<StoredChain | undefined> {
      const { is_testnet: testnet, is_enabled: enabled, is_removed: removed, ...rest } = fields
      const flags = {
        ...(testnet !== undefined && { is_testnet: flag(testnet) }),
        ...(enabled !== undefined && { is_enabled: flag(enabled) }),
        ...(removed !== undefined && { is_removed: flag(removed) }),
      }
      const set = db.updateTable('chains').set({ ...rest, ...flags })
      const row = await set.where('id', '=', id).returningAll().executeTakeFirst()
      changed('chains')
      return orUndefined(row, decode)
    },

    async remove(id: string) {
      await db.deleteFrom('chains').where('id', '=', id).execute()
      changed('chains')
    },
  }
}
