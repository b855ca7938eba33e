import type { Handle } from '../db/database.ts'

export type FactsStore = ReturnType<typeof factsStore>

/** Facts about this installation, written once. */
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
  }
}
