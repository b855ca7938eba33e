import { setTimeout } from 'node:timers/promises'

/** The longest rest after a batch: even on a busy machine the job continues. */
const REST_MS = 100

/**
 * Pauses between two batches of a job for twice as long as the last one took: two thirds of the time belong to requests.
 * @param began when that batch started, by `performance.now()`
 */
export async function restBetweenBatches(began: number): Promise<void> {
  await setTimeout(Math.min(2 * (performance.now() - began), REST_MS))
}
