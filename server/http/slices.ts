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

/** Runs a step later, in a turn of the event loop that no other step of the same queue is in. */
export type Turns = (step: () => void) => void

/** A queue of steps that each hold the thread for milliseconds: one in each turn, however many wait, so that others run in between. */
export function oneInEachTurn(): Turns {
  const waiting: (() => void)[] = []

  function takeNext(): void {
    const step = waiting.shift()
    // Called now, `setImmediate` runs in the next turn: those of the present turn are collected already.
    if (waiting.length > 0) setImmediate(takeNext)
    step?.()
  }

  return step => {
    if (waiting.push(step) === 1) setImmediate(takeNext)
  }
}
