/** Events with the words of a search: the newest or oldest are checked one by one, then those that the index finds. */
import { performance } from 'node:perf_hooks'
import type { Pattern } from '../../../src/path-pattern.ts'
import type { Handle } from '../../db/database.ts'
import { REPORT_MS } from '../../db/reports.ts'
import type { EventRow } from './chaining.ts'
import { auditIndex } from './index-rows.ts'
import { beyond, END, type EventFilter, hasIndex, isRefused, matching, type Span, subjectOf } from './matching.ts'
import { numbersOf } from './of-paths.ts'
import { fixedStart } from './search-terms.ts'
import { GROUP, wantedOf } from './signature.ts'
import { auditTexts } from './texts.ts'

type Asked = Pick<Handle, 'db' | 'execute' | 'engine'>

/** Events that are checked one by one before anything is looked up: words that occur often have a page among them. */
const CHECKED_FIRST = 2000
/** Events that any statement answers. */
const AT_ONCE = 250
/** Look-ups of paths after which the rest is checked one by one: the paths have many events, and few of them meet the other conditions. */
const MOST_LOOK_UPS = 40
/** Events of a narrower condition that are checked one by one instead. */
const FEW = 5000
/** Blocks of the first statement, of any, and those that are checked for a pattern before its paths are looked up. */
const [FIRST_BLOCKS, MOST_AT_ONCE, MOST_BLOCKS] = [4, 64, 192]

/**
 * Batches of events in the order of the filter: all that match are among them. Undefined if another condition of the filter is narrow enough
 * to check its events.
 */
export async function withWords(
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
  yield* lookUp(handle, filter, patterns, lookedUp)
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
    const rows = await query.limit(AT_ONCE).execute()
    yield rows
    if (rows.length < AT_ONCE) return
    part = beyond(part, { order: filter.order, after: rows.at(-1)?.seq })
  }
}

/** Blocks by their signatures, except for patterns that start with a plain segment: their paths are next to each other. */
async function* lookUp(handle: Asked, filter: EventFilter, patterns: readonly Pattern[], span: Span): AsyncGenerator<EventRow[]> {
  const wanted = wantedOf(filter.words ?? [])
  const otherwise = (rest: Span) =>
    patterns.length > 0 ? byPath(handle, filter, patterns, rest) : oneByOne(handle, filter, rest)
  if (wanted.length === 0 || patterns.some(pattern => fixedStart(pattern) !== '')) return yield* otherwise(span)
  const covered = await auditTexts(handle).coveredTo(filter.orgId)
  const later = { first: Math.max(span.first, covered + 1), last: span.last }
  // The job has only just started, for example after an update.
  if (later.last - later.first > 2 * GROUP) return yield* otherwise(span)
  if (filter.order === 'desc') yield* oneByOne(handle, filter, later)
  const earlier = { first: span.first, last: Math.min(span.last, covered) }
  const rest = yield* inBlocks(handle, filter, earlier, { wanted, most: patterns.length > 0 ? MOST_BLOCKS : END })
  if (rest) yield* otherwise(rest)
  if (filter.order === 'asc') yield* oneByOne(handle, filter, later)
}

interface Sought {
  readonly wanted: ReturnType<typeof wantedOf>
  /** The number of blocks to check at most. */
  readonly most: number
}

/** Events in blocks; returns what is left if there are too many, or if they take too long. */
async function* inBlocks(
  handle: Asked,
  filter: EventFilter,
  span: Span,
  { wanted, most }: Sought,
): AsyncGenerator<EventRow[], Span | undefined> {
  const until = performance.now() + REPORT_MS
  let checked = 0
  for await (const blocks of auditTexts(handle).blocks(filter, wanted, span)) {
    for (let at = 0, count = FIRST_BLOCKS; at < blocks.length; at += count, count = Math.min(2 * count, MOST_AT_ONCE)) {
      const within = blocks.slice(at, at + count)
      const query = matching(handle, filter, { first: 1, last: END, within }).selectAll('audit_events')
      yield await query.orderBy('audit_events.seq', filter.order).execute()
      checked += within.length
      const end = filter.order === 'desc' ? within.at(-1)?.first : within.at(-1)?.last
      if (checked >= most || performance.now() > until) return beyond(span, { order: filter.order, after: end })
    }
  }
  return undefined
}

async function* byPath(handle: Asked, filter: EventFilter, patterns: readonly Pattern[], span: Span): AsyncGenerator<EventRow[]> {
  let part = span
  for (let lookUps = 0; part.first <= part.last; lookUps++) {
    if (lookUps === MOST_LOOK_UPS) return yield* oneByOne(handle, filter, part)
    const only = await numbersOf(handle, filter, { patterns, most: AT_ONCE }, part)
    if (only.length > 0) {
      const query = matching(handle, filter, { ...part, only }).selectAll('audit_events')
      yield await query.orderBy('audit_events.seq', filter.order).execute()
    }
    if (only.length < AT_ONCE) return
    part = beyond(part, { order: filter.order, after: only.at(-1) })
  }
}
