/** Events about the paths that match patterns: the paths are looked up first, then their newest or oldest events. */
import { type RawBuilder, sql } from 'kysely'
import type { Pattern } from '../../../src/path-pattern.ts'
import type { Engine, Handle } from '../../db/database.ts'
import { SUBJECTS } from './index-rows.ts'
import type { EventFilter, Span } from './matching.ts'
import { isLike } from './search-terms.ts'

type Asked = Pick<Handle, 'db' | 'engine'>

/**
 * The numbers of the next events of a part about matching paths. Each path has its nearest event. Only the paths with the nearest of these
 * can have one of the next events, and no other path has one before the farthest of these.
 */
export async function numbersOf(
  { db, engine }: Asked,
  { orgId, order }: EventFilter,
  { patterns, most }: { readonly patterns: readonly Pattern[]; readonly most: number },
  { first, last }: Span,
): Promise<number[]> {
  const isNewest = order === 'desc'
  const direction = sql.raw(order)
  /** Of the path of the row around it. */
  const own = sql`from audit_subjects where org_id = ${orgId} and subject = ${subjectOfPath(engine)} and seq >= ${first} and seq <= ${last}`
  const nth = (offset: number) => sql`(select seq ${own} order by seq ${direction} limit 1 offset ${offset})`
  const nearest = isNewest ? sql`case when last_seq <= ${last} then last_seq else ${nth(0)} end` : nth(0)
  const near = sql`near as materialized (
    select path, nearest from (
      select path, ${nearest} as nearest from audit_paths
      where org_id = ${orgId} and last_seq >= ${first} and ${sql.join(patterns.map(isLike), sql` and `)}) as every
    where nearest is not null order by nearest ${direction} limit ${most})`
  const outer = isNewest ? sql`${first}` : sql`${last}`
  const farthest = sql`(select coalesce(case when count(*) = ${most} then ${isNewest ? sql`min` : sql`max`}(nearest) end, ${outer}) from near)`
  const notBeyond = (end: RawBuilder<unknown>) => (isNewest ? sql`seq >= ${end}` : sql`seq <= ${end}`)
  // No path has more of the next events than there are; only PostgreSQL can limit each on its own.
  const events =
    engine === 'postgres'
      ? sql`cross join lateral (
          select seq ${own} and ${notBeyond(farthest)} order by seq ${direction} limit ${most}) as known`
      : sql`cross join audit_subjects as known
          where known.org_id = ${orgId} and known.subject = ${subjectOfPath(engine)} and known.seq >= ${first} and known.seq <= ${last}
            and known.${notBeyond(sql`${isNewest ? sql`max` : sql`min`}(${farthest}, coalesce(${nth(most - 1)}, ${outer}))`)}`
  const next = sql<{ seq: number | string }>`
    with ${near} select distinct known.seq as seq from near ${events} order by known.seq ${direction} limit ${most}`
  return (await next.execute(db)).rows.map(({ seq }) => Number(seq))
}

/** On PostgreSQL paths are in the order of code points, which subjects are not. */
function subjectOfPath(engine: Engine): RawBuilder<string> {
  const path = engine === 'postgres' ? sql`path collate "default"` : sql`path`
  return sql<string>`(${sql.lit(SUBJECTS.thing(''))} || ${path})`
}
