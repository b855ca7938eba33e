import { expect, it } from 'vitest'
import { rests } from '../../../../server/db/rest-between-batches.ts'

/** Pauses on a clock that only they move; `busy` are the shares of the pauses in which requests kept the process busy. */
function watched(busy: readonly number[]) {
  let time = 0
  const slept: number[] = []
  const rest = rests({
    now: () => time,
    sleep: async ms => {
      slept.push(ms)
      time += ms
    },
    measure: () => () => busy[slept.length - 1] ?? 0,
  })
  return {
    async after(batchMs: number) {
      const began = time
      time += batchMs
      await rest(began)
      return slept.splice(0)
    },
  }
}

it('a job rests for twice as long as its last batch took, but not for long', async () => {
  const job = watched([])
  expect(await job.after(7)).toEqual([14])
  expect(await job.after(30)).toEqual([60])
  expect(await job.after(0)).toEqual([0])
  expect(await job.after(5000)).toEqual([100])
})

it('it rests again while requests keep the process busy, and then continues all the same', async () => {
  expect(await watched([0.9, 0.2]).after(10)).toEqual([20, 20])
  expect(await watched([0.49, 1]).after(10)).toEqual([20])
  expect(await watched([1, 1, 1, 1, 1]).after(10)).toEqual([20, 20, 20])
  expect(await watched([1, 1, 1, 1, 1]).after(900)).toEqual([100, 100, 100])
})
