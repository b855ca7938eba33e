import type { Handle } from '../db/database.ts'

export type FactsStore = ReturnType<typeof factsStore>

/** Facts about this installation; most are written once. */
export function factsStore({ db }: Handle) {
  const get = async (key: string) =>
    (await db.selectFrom('server_facts').select('value').where('key', '=', key).executeTakeFirst())?.value
  return {
    get,
    /** Writes the fact unless somebody has; answers the one that holds. */
    async settle(key: string, value: string): Promise<string> {
      await db
        .insertInto('server_facts')
        .values({ key, value })
        .onConflict(c => c.doNothing())
        .execute()
      return (await get(key)) ?? value
    },

    /** Puts another value in place of the one that was read, undefined for none. False when somebody else was faster. */
    async change(key: string, from: string | undefined, to: string): Promise<boolean> {
      if (from === undefined) {
        const { numInsertedOrUpdatedRows } = await db
          .insertInto('server_facts')
          .values({ key, value: to })
          .onConflict(c => c.doNothing())
          .executeTakeFirst()
        return numInsertedOrUpdatedRows === 1n
      }
      const { numUpdatedRows } = await db
        .updateTable('server_facts')
        .set({ value: to })
        .where('key', '=', key)
        .where('value', '=', from)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },
  }
}
