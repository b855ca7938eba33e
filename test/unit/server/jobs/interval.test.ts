import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { repeat } from '../../../../server/jobs/interval.ts'

beforeEach(() => void vi.useFakeTimers())
afterEach(() => void vi.useRealTimers())

it('a job does one run at a time, continues after a failure, and ends when the last run is done', async () => {
  const failures: unknown[] = []
  let under = 0
  let most = 0
  let done = 0
  const job = repeat(
    async () => {
      most = Math.max(most, ++under)
      await new Promise(resolve => setTimeout(resolve, 20))
      under--
      if (++done === 1) throw new Error('no')
    },
    { everyMs: 2, failed: error => void failures.push(error) },
  )
  await vi.advanceTimersByTimeAsync(70)
  expect([done, under]).toEqual([3, 1])
  const stopped = job.stop()
  await vi.advanceTimersByTimeAsync(20)
  await stopped
  expect([done, under, most, failures]).toEqual([4, 0, 1, [new Error('no')]])
  expect(vi.getTimerCount()).toBe(0)
})

it('jobs start with the first one, and nothing else runs at the same time', async () => {
  const said: string[] = []
  const first = Promise.withResolvers<void>()
  const work = async () => void said.push('round')
  const job = repeat(work, { everyMs: 1, failed: () => {}, first: () => first.promise.then(() => void said.push('first')) })
  await vi.advanceTimersByTimeAsync(20)
  expect(said).toEqual([])
  first.resolve()
  await vi.advanceTimersByTimeAsync(1)
  expect(said).toEqual(['first', 'round'])
  await job.stop()
})
