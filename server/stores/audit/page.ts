import { sql } from 'kysely'
import type { Engine, Handle } from '../../db/database.ts'
import { withoutIndex } from '../../db/without-index.ts'
import type { EventRow } from './chaining.ts'
import { FREQUENT, frequentActions } from './frequent.ts'
import { auditIndex, SUBJECTS } from './index-rows.ts'
import { type EventKind, type EventOutcome, isIndexedKind, ofKinds, withOutcomes } from './kinds.ts'
import { aboutTerm, concernsPattern, type SearchTerm } from './search-terms.ts'

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
interface Span {
  readonly first: number
  readonly last: number
}

const END = Number.MAX_SAFE_INTEGER

/** A part of the chain to search, and its indexed range. */
interface Part extends Span {
  /** If set, the index finds the events with this subject; without it, all events are checked. */
  readonly about?: string | undefined
}

/** A page of events. Patterns are matched in batches, on events whose paths start like them. */
export async function eventPage(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): Promise<EventRow[]> {
  const patterns = (filter.words ?? []).flatMap(word => (word.is === 'pattern' ? [word.pattern] : []))
  if (patterns.length === 0) return found(handle, filter)
  const matches: EventRow[] = []
  let skip = filter.offset ?? 0
  let after = filter.after
  for (;;) {
    const rows = await found(handle, { ...filter, after, offset: 0, limit: ROWS_AT_ONCE })
    for (const row of rows) {
      if (!patterns.every(pattern => concernsPattern(row, pattern))) continue
      if (skip > 0) skip--
      else if (matches.push(row) === filter.limit) return matches
    }
    if (rows.length < ROWS_AT_ONCE) return matches
    after = rows.at(-1)?.seq
  }
}

const ROWS_AT_ONCE = 1000

/** Events of several kinds are looked up one by one and merged; all others already arrive in order. */
async function found(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): Promise<EventRow[]> {
  const { kinds = [], offset = 0, limit, order } = filter
  if (
    kinds.length < 2 ||
    !kinds.every(isIndexedKind) ||
    subjectOf({ ...filter, kinds: undefined }) !== undefined ||
    hasIndex(filter)
  )
    return inParts(handle, filter)
  const pages: EventRow[][] = []
  for (const kind of kinds) pages.push(await inParts(handle, { ...filter, kinds: [kind], offset: 0, limit: offset + limit }))
  const sign = order === 'asc' ? 1 : -1
  return pages
    .flat()
    .sort((one, other) => sign * (one.seq - other.seq))
    .slice(offset, offset + limit)
}

/** The indexed part is looked up, and the few later events are scanned. */
async function inParts(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): Promise<EventRow[]> {
  const rows: EventRow[] = []
  let skip = filter.offset ?? 0
  for (const part of await partsOf(handle, filter)) {
    const limit = filter.limit - rows.length
    if (limit === 0) break
    const found = await matching(handle, filter, part)
      .selectAll('audit_events')
      .orderBy(seqOf(part), filter.order)
      .limit(limit)
      .offset(skip)
      .execute()
    rows.push(...found)
    skip = found.length > 0 || skip === 0 ? 0 : skip - (await count(handle, filter, part))
  }
  return rows
}

/** In the requested order. */
async function partsOf(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): Promise<Part[]> {
  const about = subjectOf(filter)
  const isTimed = filter.from !== undefined || filter.to !== undefined
  const parts: Part[] = []
  if (about === undefined && !isTimed) parts.push({ first: 1, last: END })
  else {
    const index = auditIndex(handle)
    const known = await index.indexedTo(filter.orgId)
    const span = isTimed ? await index.stretchesOf(filter.orgId, filter.from ?? 0, filter.to ?? END) : { first: 1, last: known }
    if (span) parts.push({ ...span, about })
    parts.push({ first: known + 1, last: END })
    if (filter.order === 'desc') parts.reverse()
  }
  return parts.map(part => ({ ...part, ...beyond(part, filter) })).filter(({ first, last }) => first <= last)
}

function beyond({ first, last }: Span, { after, order }: EventFilter): Span {
  if (after === undefined) return { first, last }
  return order === 'asc' ? { first: Math.max(first, after + 1), last } : { first, last: Math.min(last, after - 1) }
}

/** The column by which rows are found and ordered. */
function seqOf({ about }: Pick<Part, 'about'>) {
  return sql.ref<number>(about === undefined ? 'audit_events.seq' : 'known.seq')
}

async function count(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter, part: Part): Promise<number> {
  const { total } = await matching(handle, filter, part)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}

function matching({ db, engine }: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter, { first, last, about }: Part) {
  const seq = seqOf({ about })
  const chain = db.selectFrom('audit_events')
  let query = (about === undefined ? chain : (lookedUp(db, filter.orgId, about) as typeof chain))
    .where('audit_events.org_id', '=', filter.orgId)
    // Bounds without effect would make SQLite prefer the order of the chain to the right index.
    .$if(first > 1, it => it.where(seq, '>=', first))
    .$if(last < END, it => it.where(seq, '<=', last))
  for (const [column, value] of equalities(filter)) if (value !== undefined) query = query.where(column, '=', value)
  if (filter.actorType !== undefined) {
    // Looked up only if it is the only condition; otherwise a narrower one is used.
    const isAlone = about === undefined && !hasIndex(filter) && !isRefused(filter)
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

/** Whether an index of the events themselves can be used. */
function hasIndex({ actorId, action }: EventFilter): boolean {
  return actorId !== undefined || (action !== undefined && !FREQUENT.includes(action))
}

/** Whether only failures are requested, for which there is an index. */
function isRefused({ outcomes }: EventFilter): boolean {
  return outcomes !== undefined && !outcomes.includes('ok')
}

/** The narrowest condition is looked up; the rest is checked on the events found. */
function subjectOf(filter: EventFilter): string | undefined {
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
