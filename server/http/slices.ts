import { setImmediate as turn } from 'node:timers/promises'

/** Longest that a slice of work holds the event loop, in milliseconds. */
const SLICE_MS = 8
/** Looking at the clock costs as much as a cheap item. */
const ITEMS_BETWEEN_LOOKS = 32

/** `filter` for lists of any length: other requests get their turn in between. */
export async function filterInSlices<T>(items: readonly T[], keep: (item: T) => boolean): Promise<T[]> {
  const matches: T[] = []
  await inSlices(items, item => {
    if (keep(item)) matches.push(item)
  })
  return matches
}

/** Does something with each item, in order, and lets others have their turn in between. */
export async function inSlices<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  let until = performance.now() + SLICE_MS
  for (const [index, item] of items.entries()) {
    work(item)
    if (index % ITEMS_BETWEEN_LOOKS > 0 || performance.now() < until) continue
    await turn()
    until = performance.now() + SLICE_MS
  }
}
