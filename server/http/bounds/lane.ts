import pLimit from 'p-limit'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { PAGE_ITEMS } from '../paging.ts'

/** Does a piece of work as soon as there is room for it, in the order of the calls. */
export type Lane = <T>(work: () => Promise<T>) => Promise<T>

/** @param most the maximum number of pieces of work at the same time */
export function lane(most: number): Lane {
  return pLimit(most)
}

/** Enough to keep the readers of the database and the event loop busy. Each has about 2 MiB of rows in memory until it is written out. */
const LARGE_REPLIES = 4
/** A page with more items is large. */
const SMALL_PAGE = 100

/** The lane for the large replies of an operation: lists with values, and long pages. Undefined if it has none. */
export function laneOfLarge({ inParts, query }: EndpointSpec): { lane: Lane; isLarge(query: unknown): boolean } | undefined {
  if (inParts !== undefined) return { lane: lane(LARGE_REPLIES), isLarge: () => true }
  if (query === undefined || !('limit' in query.shape)) return undefined
  return {
    lane: lane(LARGE_REPLIES),
    isLarge: asked => ((asked as { limit?: number }).limit ?? PAGE_ITEMS) > SMALL_PAGE,
  }
}
