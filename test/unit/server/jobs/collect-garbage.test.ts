import { expect, it } from 'vitest'
import { collectGarbage } from '../../../../server/jobs/collect-garbage.ts'

it('garbage is collected once after the start and after each load, when the server is idle', async () => {
  const seen = [0.01, 0.9, 0.1, 0.3, 0.02, 0.01, 0.5, 0.04]
  const collected: number[] = []
  let round = 0
  const job = collectGarbage({
    everyMs: 1,
    utilization: () => seen[round++] ?? 0.01,
    collect: () => void collected.push(round),
    failed: error => {
      throw error
    },
  })
  await expect.poll(() => round).toBeGreaterThan(seen.length + 2)
  await job.stop()
  expect(collected).toEqual([1, 5, 8])
})

it('garbage is collected with what the engine offers', async () => {
  let failure: unknown
  let rounds = 0
  const job = collectGarbage({
    everyMs: 1,
    utilization: () => (rounds++ === 0 ? 1 : 0),
    failed: error => {
      failure = error
    },
  })
  await expect.poll(() => rounds).toBeGreaterThan(3)
  await job.stop()
  expect(failure).toBeUndefined()
})
