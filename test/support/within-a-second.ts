import { expect } from 'vitest'

const PAUSE_MS = 20
/** They take a second if nothing else uses the processor; a busy machine needs more time for them. */
const LOOKS = 45

/** Passes as soon as `look` returns `wanted`, and fails if it does not within a second. */
export async function withinASecond<T>(look: () => Promise<T>, wanted: T): Promise<void> {
  for (let looks = 0; looks < LOOKS; looks++) {
    if ((await look()) === wanted) return
    await new Promise(resolve => setTimeout(resolve, PAUSE_MS))
  }
  expect(await look()).toBe(wanted)
}
