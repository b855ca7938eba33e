import pLimit from 'p-limit'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { PAGE_ITEMS } from '../paging.ts'

/** Does a piece of work of an organisation as soon as there is room for it, in the order of the organisation's calls. */
export type Lane = <T>(orgId: string, work: () => Promise<T>) => Promise<T>

/** The maximum number of pieces of work at the same time: of each organisation, and in total. */
interface Width {
  readonly ofEach: number
  readonly ofAll: number
}

/** No organisation can use all the room, or have more than `ofEach` pieces of work before those of the others. */
export function lane({ ofEach, ofAll }: Width): Lane {
  const common = pLimit(ofAll)
  const lanes = new Map<string, { readonly own: ReturnType<typeof pLimit>; callers: number }>()
  return async (orgId, work) => {
    const known = lanes.get(orgId) ?? { own: pLimit(ofEach), callers: 0 }
    lanes.set(orgId, known)
    known.callers += 1
    try {
      return await known.own(() => common(work))
    } finally {
      known.callers -= 1
      if (known.callers === 0) lanes.delete(orgId)
    }
  }
}

/**
 * Does work that enters the lane only if it is large: it then calls `enter`, and stays in the lane until it ends. Further calls do nothing.
 */
export async function laneOnceLarge<T>(lane: Lane, orgId: string, work: (enter: () => Promise<void>) => Promise<T>): Promise<T> {
  const { promise: over, resolve: leave } = Promise.withResolvers<void>()
  let entered: Promise<void> | undefined
  const enter = () => {
    entered ??= new Promise<void>(granted => {
      void lane(orgId, () => {
        granted()
        return over
      })
    })
    return entered
  }
  try {
    return await work(enter)
  } finally {
    leave()
  }
}

/** Enough to keep the readers of the database and the event loop busy. Each has about 2 MiB of rows in memory until it is written out. */
export const LARGE_REPLIES: Width = { ofEach: 4, ofAll: 8 }
/** A page with more items is large. */
export const SMALL_PAGE = 100

/** The lane for the long pages of an operation. Undefined if it has none. */
export function laneOfLarge({ query }: EndpointSpec): { lane: Lane; isLarge(query: unknown): boolean } | undefined {
  if (query === undefined || !('limit' in query.shape)) return undefined
  return {
    lane: lane(LARGE_REPLIES),
    isLarge: asked => ((asked as { limit?: number }).limit ?? PAGE_ITEMS) > SMALL_PAGE,
  }
}
