import { sql } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { withoutIndex } from '../../db/without-index.ts'
import { FREQUENT, frequentActions } from './frequent.ts'
import { SUBJECTS } from './index-rows.ts'
import { type EventKind, type EventOutcome, isIndexedKind, ofKinds, withOutcomes } from './kinds.ts'
import { aboutTerm, type SearchTerm } from './search-terms.ts'

/** Which events to list; absent fields do not filter. Times are epoch milliseconds, both ends included. */
export interface EventFilter {
  readonly orgId: string
  /** For a secret, also its path: granted events have its id, and the path in their details; denied ones only the path. */
  readonly resourceId?: string | undefined
  readonly resourceType?: string | undefined
  readonly vaultId?: string | undefined
  readonly actorId?: string | undefined
  readonly actorType?: string | undefined
  readonly action?: string | undefined
  readonly from?: number | undefined
  readonly to?: number | undefined
  readonly kinds?: readonly EventKind[] | undefined
  readonly outcomes?: readonly EventOutcome[] | undefined
  /** All of them must be in an event. */
  readonly words?: readonly SearchTerm[] | undefined
  readonly order: 'asc' | 'desc'
  readonly limit: number
  readonly offset?: number | undefined
  /** Only events after this sequence number, in the direction of `order`. */
  readonly after?: number | undefined
}

/** A part of the chain, both ends included. */
export interface Span {
  readonly first: number
  readonly last: number
}

/** Greater than every number of an event. */
export const END = Number.MAX_SAFE_INTEGER

/** A part of the chain to search, and its indexed range. */
export interface Part extends Span {
  /** If set, the index finds the events with this subject; without it, all events are checked. */
  readonly about?: string | undefined
  /** If set, only these events are checked, by their numbers. */
  readonly only?: readonly number[]
  /** If set, only the events in these parts are checked. */
  readonly within?: readonly Span[]
}

/** What is left of a part after an event, in the direction of the filter. */
export function beyond({ first, last }: Span, { after, order }: Pick<EventFilter, 'after' | 'order'>): Span {
  if (after === undefined) return { first, last }
  return order === 'asc' ? { first: Math.max(first, after + 1), last } : { first, last: Math.min(last, after - 1) }
}

/** The column by which rows are found and ordered. */
export function seqOf({ about, only }: Pick<Part, 'about' | 'only'>) {
  return sql.ref<number>(about === undefined && only === undefined ? 'audit_events.seq' : 'known.seq')
}

/** The events of a part that meet every condition of the filter; of a pattern only that a path is like it. */
export function matching({ db, engine }: Pick<Handle, 'db' | 'engine'>, filter: EventFilter, part: Part) {
  const { first, last, about, only, within } = part
  const seq = seqOf(part)
  const chain = db.selectFrom('audit_events')
  const known =
    only !== undefined
      ? numbered({ db, engine }, only)
      : within !== undefined
        ? inSpans({ db, engine }, filter.orgId, within)
        : about !== undefined && lookedUp(db, filter.orgId, about)
  let query = (known ? (known as typeof chain) : chain)
    .where('audit_events.org_id', '=', filter.orgId)
    // Bounds without effect would make SQLite prefer the order of the chain to the right index.
    .$if(first > 1, it => it.where(seq, '>=', first))
    .$if(last < END, it => it.where(seq, '<=', last))
  for (const [column, value] of equalities(filter)) if (value !== undefined) query = query.where(column, '=', value)
  if (filter.actorType !== undefined) {
    // Looked up only if it is the only condition; otherwise a narrower one is used.
    const isAlone = about === undefined && only === undefined && !hasIndex(filter) && !isRefused(filter)
    query = query.where(isAlone ? 'actor_type' : withoutIndex('actor_type'), '=', filter.actorType)
  }
  if (filter.action !== undefined && !FREQUENT.includes(filter.action)) {
    // Tells the planner that the index by action contains all of them.
    query = query.where('action', 'not in', frequentActions())
  }
  if (filter.resourceId !== undefined) query = query.where(concerns(engine, filter.resourceId))
  if (filter.kinds) query = query.where(ofKinds(filter.kinds))
  if (filter.outcomes) query = query.where(withOutcomes(filter.outcomes))
  for (const word of filter.words ?? []) query = query.where(aboutTerm(word))
  if (filter.from !== undefined) query = query.where('created_at', '>=', filter.from)
  return filter.to === undefined ? query : query.where('created_at', '<=', filter.to)
}

/** Indexed events. A cross join, because SQLite keeps its order: otherwise it would scan the chain. */
function lookedUp(db: Handle['db'], orgId: string, about: string) {
  return db
    .selectFrom('audit_subjects as known')
    .crossJoin('audit_events')
    .where('known.org_id', '=', orgId)
    .where('known.subject', '=', about)
    .whereRef('audit_events.org_id', '=', 'known.org_id')
    .whereRef('audit_events.seq', '=', 'known.seq')
}

/** Events by their numbers, in the same way. */
function numbered({ db, engine }: Pick<Handle, 'db' | 'engine'>, only: readonly number[]) {
  const rows =
    engine === 'postgres'
      ? sql<{ seq: number }>`(select unnest(${only}::bigint[]) as seq)`
      : sql<{ seq: number }>`(select value as seq from json_each(${JSON.stringify(only)}))`
  return db.selectFrom(rows.as('known')).crossJoin('audit_events').whereRef('audit_events.seq', '=', 'known.seq')
}

/** Events in some parts of the chain, in the same way. PostgreSQL would scan the chain, too, without a limit for each part. */
function inSpans({ db, engine }: Pick<Handle, 'db' | 'engine'>, orgId: string, within: readonly Span[]) {
  if (engine === 'postgres') {
    const [firsts, lasts] = [within.map(({ first }) => first), within.map(({ last }) => last)]
    const most = Math.max(...within.map(({ first, last }) => last - first + 1))
    const spans = sql<Span>`(select * from unnest(${firsts}::bigint[], ${lasts}::bigint[]) as span(first, last))`
    const each = sql<Schema['audit_events']>`lateral (
      select * from audit_events where org_id = ${orgId} and seq >= span.first and seq <= span.last order by seq limit ${most})`
    return db.selectFrom(spans.as('span')).crossJoin(each.as('audit_events'))
  }
  const spans = sql<Span>`(select value ->> 'first' as first, value ->> 'last' as last from json_each(${JSON.stringify(within)}))`
  return db
    .selectFrom(spans.as('span'))
    .crossJoin('audit_events')
    .whereRef('audit_events.seq', '>=', 'span.first')
    .whereRef('audit_events.seq', '<=', 'span.last')
}

/** Whether an index of the events themselves can be used. */
export function hasIndex({ actorId, action }: EventFilter): boolean {
  return actorId !== undefined || (action !== undefined && !FREQUENT.includes(action))
}

/** Whether only failures are requested, for which there is an index. */
export function isRefused({ outcomes }: EventFilter): boolean {
  return outcomes !== undefined && !outcomes.includes('ok')
}

/** The narrowest condition is looked up; the rest is checked on the events found. */
export function subjectOf(filter: EventFilter): string | undefined {
  const { resourceId, vaultId, resourceType, kinds = [] } = filter
  if (resourceId !== undefined) return SUBJECTS.thing(resourceId)
  if (hasIndex(filter) || isRefused(filter)) return undefined
  const [kind] = kinds
  if (kinds.length === 1 && kind !== undefined && isIndexedKind(kind)) return SUBJECTS.kind(kind)
  if (vaultId !== undefined) return SUBJECTS.vault(vaultId)
  // Most events are about secrets, so the principal is narrower.
  const isFrequent = resourceType === 'secret' && filter.actorType !== undefined
  return resourceType === undefined || isFrequent ? undefined : SUBJECTS.type(resourceType)
}

/**
 * An event about the object with this id, or about the secret at this path. Details are canonical JSON (RFC 8785) with one level, in which
 * quotes within a text are escaped: so the name and the whole value appear there exactly if they are recorded.
 */
function concerns(engine: Engine, resource: string) {
  const recorded = `"path":${JSON.stringify(resource)}`
  const at = engine === 'postgres' ? sql`strpos(details, ${recorded})` : sql`instr(details, ${recorded})`
  return sql<boolean>`(resource_id = ${resource} OR ${at} > 0)`
}

function equalities(filter: EventFilter) {
  return [
    ['resource_type', filter.resourceType],
    ['vault_id', filter.vaultId],
    ['actor_id', filter.actorId],
    ['action', filter.action],
  ] as const
}
