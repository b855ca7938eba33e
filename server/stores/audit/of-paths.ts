/** Events about the paths that match patterns: the paths are looked up first, then their newest or oldest events. */
import { type RawBuilder, sql } from 'kysely'
import type { Pattern } from '../../../src/path-pattern.ts'
import type { Engine, Handle } from '../../db/database.ts'
import type { EventRow } from './chaining.ts'
import { auditIndex, SUBJECTS } from './index-rows.ts'
import { beyond, END, type EventFilter, hasIndex, isRefused, matching, type Span, subjectOf } from './matching.ts'
import { isLike } from './search-terms.ts'

type Asked = Pick<Handle, 'db' | 'execute' | 'engine'>

/** Events that are checked one by one before paths are looked up: a pattern that matches much has a page among them. */
const CHECKED_FIRST = 2000
/** Paths of one look-up, and events that any statement answers. */
const LOOKED_UP = 250
/** Look-ups after which the rest is checked one by one: the paths have many events, and few of them meet the other conditions. */
const MOST_LOOK_UPS = 40
/** Events of a narrower condition that are checked one by one instead. */
const FEW = 5000

/**
 * Batches of events in the order of the filter: all that match are among them. Undefined if another condition of the filter is narrow enough
 * to check its events.
 */
export async function aboutPaths(
  handle: Asked,
  filter: EventFilter,
  patterns: readonly Pattern[],
): Promise<AsyncGenerator<EventRow[]> | undefined> {
  return (await isNarrow(handle, filter)) ? undefined : batches(handle, filter, patterns)
}

/** Whether few events meet the condition that has an index. */
async function isNarrow(handle: Asked, filter: EventFilter): Promise<boolean> {
  const { orgId, order, limit, actorId, action, outcomes, resourceId } = filter
  const indexed = hasIndex(filter) ? { actorId, action } : isRefused(filter) ? { outcomes } : { resourceId }
  if (Object.values(indexed).every(value => value === undefined)) return false
  const only: EventFilter = { orgId, order, limit, ...indexed }
  const some = matching(handle, only, { first: 1, last: END, about: subjectOf(only) })
    .select('audit_events.seq')
    .limit(FEW)
  const { count } = await handle.db
    .selectFrom(some.as('some'))
    .select(({ fn }) => fn.countAll<number | string>().as('count'))
    .executeTakeFirstOrThrow()
  return Number(count) < FEW
}

async function* batches(handle: Asked, filter: EventFilter, patterns: readonly Pattern[]): AsyncGenerator<EventRow[]> {
  const index = auditIndex(handle)
  const { orgId, from, to, order, after } = filter
  const known = await index.indexedTo(orgId)
  const isTimed = from !== undefined || to !== undefined
  const indexed = isTimed
    ? await index.stretchesOf(orgId, from ?? 0, to ?? END)
    : { first: await oldest(handle, orgId), last: known }
  const later = beyond({ first: known + 1, last: END }, { order, after })
  const { checked, lookedUp } = divided(beyond(indexed ?? { first: 1, last: 0 }, { order, after }), order)
  if (order === 'desc') yield* oneByOne(handle, filter, later)
  yield* oneByOne(handle, filter, checked)
  yield* byPath(handle, filter, patterns, lookedUp)
  if (order === 'asc') yield* oneByOne(handle, filter, later)
}

async function oldest({ db }: Asked, orgId: string): Promise<number> {
  const first = db.selectFrom('audit_events').select('seq').where('org_id', '=', orgId).orderBy('seq').limit(1)
  return (await first.executeTakeFirst())?.seq ?? 1
}

function divided({ first, last }: Span, order: EventFilter['order']): { readonly checked: Span; readonly lookedUp: Span } {
  if (order === 'desc') {
    const end = Math.max(first, last - CHECKED_FIRST + 1)
    return { checked: { first: end, last }, lookedUp: { first, last: end - 1 } }
  }
  const end = Math.min(last, first + CHECKED_FIRST - 1)
  return { checked: { first, last: end }, lookedUp: { first: end + 1, last } }
}

async function* oneByOne(handle: Asked, filter: EventFilter, span: Span): AsyncGenerator<EventRow[]> {
  for (let part = span; part.first <= part.last; ) {
    const query = matching(handle, filter, part).selectAll('audit_events').orderBy('audit_events.seq', filter.order)
    const rows = await query.limit(LOOKED_UP).execute()
    yield rows
    if (rows.length < LOOKED_UP) return
    part = beyond(part, { order: filter.order, after: rows.at(-1)?.seq })
  }
}

async function* byPath(handle: Asked, filter: EventFilter, patterns: readonly Pattern[], span: Span): AsyncGenerator<EventRow[]> {
  let part = span
  for (let lookUps = 0; part.first <= part.last; lookUps++) {
    if (lookUps === MOST_LOOK_UPS) return yield* oneByOne(handle, filter, part)
    const only = await numbersOf(handle, filter, patterns, part)
    if (only.length > 0) {
      const query = matching(handle, filter, { ...part, only }).selectAll('audit_events')
      yield await query.orderBy('audit_events.seq', filter.order).execute()
    }
    if (only.length < LOOKED_UP) return
    part = beyond(part, { order: filter.order, after: only.at(-1) })
  }
}

/**
 * The numbers of the next events of a part about matching paths. Each path has its nearest event. Only the paths with the nearest of these
 * can have one of the next events, and no other path has one before the farthest of these.
 */
async function numbersOf(
  { db, engine }: Asked,
  { orgId, order }: EventFilter,
  patterns: readonly Pattern[],
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
    where nearest is not null order by nearest ${direction} limit ${LOOKED_UP})`
  const outer = isNewest ? sql`${first}` : sql`${last}`
  const farthest = sql`(select coalesce(case when count(*) = ${LOOKED_UP} then ${isNewest ? sql`min` : sql`max`}(nearest) end, ${outer}) from near)`
  const notBeyond = (end: RawBuilder<unknown>) => (isNewest ? sql`seq >= ${end}` : sql`seq <= ${end}`)
  // No path has more of the next events than there are; only PostgreSQL can limit each on its own.
  const events =
    engine === 'postgres'
      ? sql`cross join lateral (
          select seq ${own} and ${notBeyond(farthest)} order by seq ${direction} limit ${LOOKED_UP}) as known`
      : sql`cross join audit_subjects as known
          where known.org_id = ${orgId} and known.subject = ${subjectOfPath(engine)} and known.seq >= ${first} and known.seq <= ${last}
            and known.${notBeyond(sql`${isNewest ? sql`max` : sql`min`}(${farthest}, coalesce(${nth(LOOKED_UP - 1)}, ${outer}))`)}`
  const next = sql<{ seq: number | string }>`
    with ${near} select distinct known.seq as seq from near ${events} order by known.seq ${direction} limit ${LOOKED_UP}`
  return (await next.execute(db)).rows.map(({ seq }) => Number(seq))
}

/** On PostgreSQL paths are in the order of code points, which subjects are not. */
function subjectOfPath(engine: Engine): RawBuilder<string> {
  const path = engine === 'postgres' ? sql`path collate "default"` : sql`path`
  return sql<string>`(${sql.lit(SUBJECTS.thing(''))} || ${path})`
}
