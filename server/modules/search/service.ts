import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { findNames } from '../../../src/contract/search.ts'
import { keyCursor } from '../../http/paging.ts'
import { inSlices } from '../../http/slices.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { type Found, type Source, type SourceDeps, sourcesOf } from './sources.ts'

export interface SearchDeps extends SourceDeps {
  readonly record: (events: readonly NewEvent[]) => Promise<void>
}

export type Search = ReturnType<typeof search>

const DEFAULT_LIMIT = 1000
/** The number of names that one request checks; the next page continues after them. */
const MOST_LOOKED_AT = 20_000
/** The number of names that are matched at once; the matcher starts again with each batch. */
const CHUNK = 50

/** Finds names among everything that the caller can list. The search text is not recorded: it could be a pasted value. */
export function search({ record, ...deps }: SearchDeps) {
  return async (grant: Grant<'search.find'>, query: QueryOf<typeof findNames>): Promise<ReplyOf<typeof findNames>> => {
    const page = await found(await sourcesOf(deps, grant, query.kinds?.split(',')), query)
    const details = { count: page.results.length }
    await record([grantEvent(grant, 'search.find', { resourceType: 'org', resourceId: grant.orgId, details })])
    return page
  }
}

async function found(sources: readonly Source[], { q = '', limit = DEFAULT_LIMIT, cursor }: QueryOf<typeof findNames>) {
  const from = placeOf(cursor)
  const results: Found[] = []
  let looked = 0
  for (const source of sources) {
    if (source.at < from.at) continue
    let after = source.at === from.at ? from.after : undefined
    for (;;) {
      const batch = await source.next(after)
      for (const hit of await matching(q, batch.found)) {
        const last = results.at(-1)
        if (last && results.length === limit) return { results, next_cursor: cursorAt(last.at, last.key) }
        results.push(hit)
      }
      looked += batch.looked
      after = batch.after
      if (after === undefined) break
      if (looked >= MOST_LOOKED_AT) return { results, next_cursor: cursorAt(source.at, after) }
    }
  }
  return { results }
}

async function matching(q: string, found: readonly Found[]): Promise<Found[]> {
  if (q.trim() === '') return [...found]
  const { placesOf } = await import('../../../src/name-match.ts')
  const hits: Found[] = []
  const chunks = Array.from({ length: Math.ceil(found.length / CHUNK) }, (_, at) => found.slice(at * CHUNK, (at + 1) * CHUNK))
  await inSlices(chunks, chunk => {
    const places = placesOf(
      q,
      chunk.map(({ sought }) => sought),
    )
    for (const place of places) hits.push(chunk[place] as Found)
  })
  return hits
}

const cursorAt = (at: string, after: string) => keyCursor.of(`${at} ${after}`)

function placeOf(cursor: string | undefined): { at: string; after: string | undefined } {
  const [at = '', ...after] = keyCursor.read(cursor)?.split(' ') ?? []
  return { at, after: after.length > 0 ? after.join(' ') : undefined }
}
