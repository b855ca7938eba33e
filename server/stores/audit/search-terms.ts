import { type RawBuilder, sql } from 'kysely'
import { matches, type Pattern } from '../../../src/path-pattern.ts'
import type { EventRow } from './chaining.ts'
import { placeOf } from './place-of.ts'

/** One word of a search, and what it matched. */
export type SearchTerm =
  /** An exact match: the ids of the principals or the vault with that name. */
  | { readonly is: 'named'; readonly ids: readonly string[] }
  | { readonly is: 'pattern'; readonly pattern: Pattern }
  /** Anything else: it occurs in an event, or objects with these ids have it in their name. */
  | { readonly is: 'text'; readonly text: string; readonly ids: readonly string[] }

/** The condition for an event to match the word. For a pattern, only that a path is like it: see `concernsPattern`. */
export function aboutTerm(word: SearchTerm) {
  if (word.is === 'named') return oneOf(word.ids)
  if (word.is === 'pattern') return concernsLike(word.pattern)
  const like = `%${literal(word.text.toLowerCase())}%`
  const stands = ['action', 'resource_id', 'details', 'ip_address'].map(column => contains(column, like))
  return anyOf(word.ids.length > 0 ? [...stands, oneOf(word.ids)] : stands)
}

/** Whether an event is about a path that the pattern matches. */
export function concernsPattern(event: Pick<EventRow, 'resource_id' | 'details'>, pattern: Pattern): boolean {
  return matches(pattern, placeOf(event))
}

function oneOf(ids: readonly string[]) {
  return anyOf(['actor_id', 'vault_id', 'resource_id'].map(column => sql<boolean>`${sql.ref(column)} in (${sql.join([...ids])})`))
}

/** For an event that may be about a path that the pattern matches. */
function concernsLike(pattern: Pattern) {
  const likes = likesOf(pattern)
  return anyOf([
    ...likes.map(like => contains('details', `%"path":"${like}"%`)),
    ...likes.map(like => contains('resource_id', like)),
  ])
}

/** For a path that the pattern may match: those that begin and end like it, with as many segments if that is certain. */
export function isLike(pattern: Pattern): RawBuilder<boolean> {
  const { segments } = pattern
  const fixed = fixedStart(pattern)
  // What follows is a slash or nothing, and both are before `0`.
  const range = fixed === '' ? sql<boolean>`1 = 1` : sql<boolean>`path >= ${fixed} and path < ${`${fixed}0`}`
  const slashes = segments.includes(ANY_NUMBER)
    ? sql<boolean>`1 = 1`
    : sql<boolean>`length(path) - length(replace(path, '/', '')) = ${segments.length - 1}`
  return sql<boolean>`(${range} and ${slashes} and ${anyOf(likesOf(pattern).map(like => sql<boolean>`path like ${like} escape '!'`))})`
}

/** The segment of a pattern that stands for any number of them. */
export const ANY_NUMBER = '**'
/** Two stars at this many places at most: each doubles the number of alternatives. */
const MOST_DOUBLED = 2

/** The segments before the first star. */
export function fixedStart({ segments }: Pattern): string {
  const star = segments.findIndex(segment => segment.includes('*'))
  return segments.slice(0, star < 0 ? undefined : star).join('/')
}

/** For LIKE, without its case: one of them is like each path that matches. Two stars are no segment, or some. */
function likesOf(pattern: Pattern): string[] {
  const { segments } = pattern
  if (segments.filter(segment => segment === ANY_NUMBER).length > MOST_DOUBLED) {
    // Whatever is between the plain segments.
    const plain = segments.map(segment => (segment.includes('*') ? '%' : literal(segment)))
    return [plain.join('/').replaceAll(/(?:\/?%)+\/?/g, '%')]
  }
  let alternatives: string[][] = [[]]
  for (const segment of segments) {
    const some = alternatives.map(made => [...made, segment.includes('*') ? '%' : literal(segment)])
    alternatives = segment === ANY_NUMBER ? [...alternatives, ...some] : some
  }
  return alternatives.map(made => made.join('/')).filter(like => like !== '')
}

function contains(column: string, like: string) {
  return sql<boolean>`lower(${sql.ref(column)}) like ${like.toLowerCase()} escape '!'`
}

const anyOf = (conditions: readonly RawBuilder<boolean>[]) => sql<boolean>`(${sql.join(conditions, sql` or `)})`

function literal(text: string): string {
  return text.replace(/[%_!]/g, '!$&')
}
