import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'

export type PepperUseStore = ReturnType<typeof pepperUseStore>

/** Hashes under a pepper: keys of people and agents, and recovery codes. */
export function pepperUseStore({ db }: Handle) {
  return {
    /** The number of valid hashes under the pepper that start with the mark; with an empty mark, under the first pepper. */
    async count(mark: string, now: number): Promise<number> {
      const under = (column: string) =>
        mark === '' ? sql<boolean>`${sql.ref(column)} NOT LIKE '%:%'` : sql<boolean>`${sql.ref(column)} LIKE ${`${mark}%`}`
      const count = sql<number | string>`count(*)`.as('count')
      // Keys that are older than the last change of password are invalid.
      const live = db
        .selectFrom('api_keys as k')
        .innerJoin('users as u', join => join.onRef('u.id', '=', 'k.user_id').onRef('u.key_generation', '=', 'k.generation'))
        .where('k.is_active', '=', 1)
        .where(under('k.key_hash'))
      const rows = await Promise.all([
        live
          .where(({ eb, or }) => or([eb('k.expires_at', 'is', null), eb('k.expires_at', '>', now)]))
          .select(count)
          .execute(),
        db.selectFrom('agents').where(under('key_hash')).select(count).execute(),
        db.selectFrom('agents').where('old_key_ends_at', '>', now).where(under('old_key_hash')).select(count).execute(),
        db.selectFrom('recovery_codes').where(under('code_hash')).select(count).execute(),
      ])
      return rows.flat().reduce((sum, row) => sum + Number(row.count), 0)
    },
  }
}
