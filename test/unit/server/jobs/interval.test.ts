import { expect, it } from 'vitest'
import { repeat } from '../../../../server/jobs/interval.ts'

const SOON = { timeout: 5_000, interval: 2 }

it('does one round at a time, goes on after a failure, and ends when the last is done', async () => {
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
  await expect.poll(() => done, SOON).toBeGreaterThan(2)
  await expect.poll(() => under, SOON).toBe(1)
  await job.stop()
  expect([under, most, failures]).toEqual([0, 1, [new Error('no')]])
  const last = done
  await new Promise(resolve => setTimeout(resolve, 30))
  expect(done).toBe(last)
})

it('begins with what comes first, and does nothing else meanwhile', async () => {
  const said: string[] = []
  const first = Promise.withResolvers<void>()
  const work = async () => void said.push('round')
  const job = repeat(work, { everyMs: 1, failed: () => {}, first: () => first.promise.then(() => void said.push('first')) })
  await new Promise(resolve => setTimeout(resolve, 20))
  expect(said).toEqual([])
  first.resolve()
  await expect.poll(() => said.slice(0, 2), SOON).toEqual(['first', 'round'])
  await job.stop()
})
