import type { Handle } from '../../db/database.ts'
import type { EventRow } from './chaining.ts'
import { auditIndex } from './index-rows.ts'
import { isIndexedKind } from './kinds.ts'
import { beyond, END, type EventFilter, hasIndex, matching, type Part, seqOf, subjectOf } from './matching.ts'
import { concernsPattern } from './search-terms.ts'
import { withWords } from './with-words.ts'

/** A page of events. With words it is found in batches; patterns are matched on events whose paths are like them. */
export async function eventPage(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): Promise<EventRow[]> {
  const words = filter.words ?? []
  if (words.length === 0) return found(handle, filter)
  const patterns = words.flatMap(word => (word.is === 'pattern' ? [word.pattern] : []))
  const matches: EventRow[] = []
  let skip = filter.offset ?? 0
  for await (const rows of (await withWords(handle, filter, patterns)) ?? allFound(handle, filter)) {
    for (const row of rows) {
      if (!patterns.every(pattern => concernsPattern(row, pattern))) continue
      if (skip > 0) skip--
      else if (matches.push(row) === filter.limit) return matches
    }
  }
  return matches
}

const ROWS_AT_ONCE = 1000

/** Everything found, in batches. */
async function* allFound(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter): AsyncGenerator<EventRow[]> {
  for (let after = filter.after; ; ) {
    const rows = await found(handle, { ...filter, after, offset: 0, limit: ROWS_AT_ONCE })
    yield rows
    if (rows.length < ROWS_AT_ONCE) return
    after = rows.at(-1)?.seq
  }
}

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

async function count(handle: Pick<Handle, 'db' | 'execute' | 'engine'>, filter: EventFilter, part: Part): Promise<number> {
  const { total } = await matching(handle, filter, part)
    .select(({ fn }) => fn.countAll<number>().as('total'))
    .executeTakeFirstOrThrow()
  return Number(total)
}
