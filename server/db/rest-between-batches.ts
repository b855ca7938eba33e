import { performance } from 'node:perf_hooks'
import { setTimeout } from 'node:timers/promises'

/** The longest single rest: even on a busy machine the job continues. */
const REST_MS = 100
/** Rests after one batch while requests keep the process busy. */
const MOST_RESTS = 3
/** The share of a rest in which the event loop had work: above this, requests wait for each other. */
const BUSY = 0.5

/** Replaced in tests. */
export interface RestDeps {
  readonly now: () => number
  readonly sleep: (ms: number) => Promise<unknown>
  /** Starts a measurement; the result of its end is the share of time, from 0 to 1, in which the event loop had work. */
  readonly measure: () => () => number
}

/**
 * Makes the pauses of background jobs. After a batch the job pauses for twice as long as the batch took: two thirds of the time belong to
 * requests. It pauses again, up to three times, as long as the process was busy during the pause, in which the job itself did nothing.
 */
export function rests({ now, sleep, measure }: RestDeps) {
  return async (began: number): Promise<void> => {
    const rest = Math.min(2 * (now() - began), REST_MS)
    for (let done = 0; done < MOST_RESTS; done++) {
      const utilization = measure()
      await sleep(rest)
      if (utilization() < BUSY) return
    }
  }
}

/**
 * The pause of a background job between two of its batches.
 * @param began when the last batch started, by `performance.now()`
 */
export const restBetweenBatches = rests({
  now: () => performance.now(),
  sleep: ms => setTimeout(ms),
  measure: () => {
    const before = performance.eventLoopUtilization()
    return () => performance.eventLoopUtilization(before).utilization
  },
})

/** Repeats a batch with pauses until it returns false, or the job must stop. */
export async function inBatches(batch: () => Promise<boolean>, goesOn: () => boolean = () => true): Promise<void> {
  while (goesOn()) {
    const began = performance.now()
    if (!(await batch())) return
    await restBetweenBatches(began)
  }
}
