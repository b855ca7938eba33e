import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'

export type SealedRowStore = ReturnType<typeof sealedRowStore>

/** Tables with rows that the data box seals, and the column to which each box is bound. */
const PLACES = { totp_factors: 'user_id', outbox: 'id' } as const
/** A table with a column that the data box seals. */
export type SealedTable = keyof typeof PLACES

/** Every such table. */
export const SEALED_TABLES = Object.keys(PLACES) as readonly SealedTable[]

/** Rows that the data box seals, in any table. `head` is the prefix of boxes with one key. */
export function sealedRowStore({ db }: Handle) {
  const begins = (head: Uint8Array) => sql<boolean>`substr(sealed, 1, ${sql.lit(head.length)}) = ${head}`

  return {
    async count(head: Uint8Array): Promise<number> {
      let rows = 0
      for (const table of SEALED_TABLES) {
        const { count } = await db
          .selectFrom(table)
          .select(({ fn }) => fn.countAll().as('count'))
          .where(begins(head))
          .executeTakeFirstOrThrow()
        rows += Number(count)
      }
      return rows
    },

    /** The next rows after an id, by id. */
    next: async (table: SealedTable, head: Uint8Array, after: string, limit: number) => {
      const id = sql.ref<string>(PLACES[table])
      return db
        .selectFrom(table)
        .select([id.as('id'), 'sealed'])
        .where(begins(head))
        .where(id, '>', after)
        .orderBy(id)
        .limit(limit)
        .execute()
    },

    /** Replaces a box. False if it has changed since. */
    async reseal(table: SealedTable, id: string, from: Uint8Array, to: Uint8Array): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable(table)
        .set({ sealed: to })
        .where(sql.ref<string>(PLACES[table]), '=', id)
        .where('sealed', '=', from)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
