import { type RawBuilder, sql } from 'kysely'
import { matches, type Pattern } from '../../../src/path-pattern.ts'
import type { EventRow } from './chaining.ts'

/** One word of a search, and what it matched. */
export type SearchTerm =
  /** An exact match: the ids of the principals or the vault with that name. */
  | { readonly is: 'named'; readonly ids: readonly string[] }
  | { readonly is: 'pattern'; readonly pattern: Pattern }
  /** Anything else: it occurs in an event, or objects with these ids have it in their name. */
  | { readonly is: 'text'; readonly text: string; readonly ids: readonly string[] }

/** The condition for an event to match the word. For a pattern, only the beginning of paths: see `concernsPattern`. */
export function aboutTerm(word: SearchTerm) {
  if (word.is === 'named') return oneOf(word.ids)
  if (word.is === 'pattern') return beginning(word.pattern)
  const like = `%${literal(word.text.toLowerCase())}%`
  const stands = ['action', 'resource_id', 'details', 'ip_address'].map(column => contains(column, like))
  return anyOf(word.ids.length > 0 ? [...stands, oneOf(word.ids)] : stands)
}

/** Whether an event is about a path that the pattern matches. */
export function concernsPattern({ resource_id, details }: Pick<EventRow, 'resource_id' | 'details'>, pattern: Pattern): boolean {
  const { path } = details.includes('"path"') ? (JSON.parse(details) as { path?: unknown }) : {}
  return matches(pattern, typeof path === 'string' ? path : resource_id)
}

function oneOf(ids: readonly string[]) {
  return anyOf(['actor_id', 'vault_id', 'resource_id'].map(column => sql<boolean>`${sql.ref(column)} in (${sql.join([...ids])})`))
}

function beginning({ segments }: Pattern) {
  const star = segments.findIndex(segment => segment.includes('*'))
  const fixed = literal(segments.slice(0, star < 0 ? undefined : star).join('/'))
  return anyOf([contains('details', `%"path":"${fixed}%`), contains('resource_id', `${fixed}%`)])
}

function contains(column: string, like: string) {
  return sql<boolean>`lower(${sql.ref(column)}) like ${like.toLowerCase()} escape '!'`
}

const anyOf = (conditions: readonly RawBuilder<boolean>[]) => sql<boolean>`(${sql.join(conditions, sql` or `)})`

function literal(text: string): string {
  return text.replace(/[%_!]/g, '!$&')
}
