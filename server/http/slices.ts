import { setImmediate as turn } from 'node:timers/promises'

/** The longest time that a slice of work blocks the event loop, in milliseconds. */
const SLICE_MS = 8
/** The number of items between two looks at the clock, each of which costs as much as a cheap item. */
const ITEMS_BETWEEN_LOOKS = 32

/** `filter` for lists of any length: other requests can run in between. */
export async function filterInSlices<T>(items: readonly T[], keep: (item: T) => boolean): Promise<T[]> {
  const matches: T[] = []
  await inSlices(items, item => {
    if (keep(item)) matches.push(item)
  })
  return matches
}

/** Calls a function for each item, in order; other requests can run in between. */
export async function inSlices<T>(items: readonly T[], work: (item: T) => void): Promise<void> {
  let until = performance.now() + SLICE_MS
  for (const [index, item] of items.entries()) {
    work(item)
    if (index % ITEMS_BETWEEN_LOOKS > 0 || performance.now() < until) continue
    await turn()
    until = performance.now() + SLICE_MS
  }
}
