import type { Handle } from '../db/database.ts'

export type SettingsStore = ReturnType<typeof settingsStore>

/** Settings of the server that an admin can change while it runs, by name. Every change is announced as `settings`. */
export function settingsStore({ db, changed }: Handle) {
  return {
    all: () => db.selectFrom('settings').selectAll().orderBy('key').execute(),

    get: async (key: string): Promise<string | undefined> =>
      (await db.selectFrom('settings').select('value').where('key', '=', key).executeTakeFirst())?.value,

    /** `by` is the id of the user who changes it; `now` epoch milliseconds. */
    async set(key: string, value: string, by: string, now: number) {
      const fields = { value, updated_by: by, updated_at: now }
      await db
        .insertInto('settings')
        .values({ key, ...fields })
        .onConflict(on => on.column('key').doUpdateSet(fields))
        .execute()
      changed('settings')
    },

    /** False if it was not set. */
    async remove(key: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('settings').where('key', '=', key).executeTakeFirst()
      changed('settings')
      return numDeletedRows === 1n
    },
  }
}
