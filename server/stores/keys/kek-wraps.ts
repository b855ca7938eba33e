import type { Handle } from '../../db/database.ts'

export type KekWrapStore = ReturnType<typeof kekWrapStore>

/** Counts how often keys have sealed something, as an upper bound. */
export function kekWrapStore({ db }: Handle) {
  return {
    /** In the order of the ids, so two transactions never wait for each other. */
    async add(counts: ReadonlyMap<string, number>) {
      for (const [id, count] of [...counts].sort(([one], [other]) => (one < other ? -1 : 1))) {
        await db
          .insertInto('kek_wraps')
          .values({ kek_id: id, wraps: count })
          .onConflict(on => on.column('kek_id').doUpdateSet(({ ref, eb }) => ({ wraps: eb(ref('kek_wraps.wraps'), '+', count) })))
          .execute()
      }
    },

    async of(id: string): Promise<number> {
      const row = await db.selectFrom('kek_wraps').select('wraps').where('kek_id', '=', id).executeTakeFirst()
      return Number(row?.wraps ?? 0)
    },

    /** Live vaults whose key has wrapped that often, the most used first. */
    wornVaults: (limit: number, most: number) =>
      db
        .selectFrom('kek_wraps as w')
        .innerJoin('vaults as v', 'v.kek_id', 'w.kek_id')
        .select(['v.id', 'v.org_id'])
        .where('w.wraps', '>=', limit)
        .where('v.deleted_at', 'is', null)
        .orderBy('w.wraps', 'desc')
        .limit(most)
        .execute(),

    /** The number of live vaults whose key is in the database, and the count of the most used key. */
    async vaultFigures(): Promise<{ readonly vaults: number; readonly here: number; readonly mostWraps: number }> {
      const row = await db
        .selectFrom('vaults as v')
        .leftJoin('kek_wraps as w', 'w.kek_id', 'v.kek_id')
        .select(({ fn }) => [fn.countAll().as('vaults'), fn.count('v.kek_blob').as('here'), fn.max('w.wraps').as('most')])
        .where('v.deleted_at', 'is', null)
        .executeTakeFirst()
      return { vaults: Number(row?.vaults ?? 0), here: Number(row?.here ?? 0), mostWraps: Number(row?.most ?? 0) }
    },
  }
}
