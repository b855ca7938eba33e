import { expect, it } from 'vitest'
import { fairQueue } from '../../../../../../server/modules/auth/threads/fair-queue.ts'

/** A queue whose tasks end on request, and the order in which they started. */
function watched(workers: number, maxWaiting: number) {
  const queue = fairQueue({ workers, maxWaiting })
  const began: string[] = []
  const running: (() => void)[] = []
  const ask = (from: string, name = from): Promise<string> =>
    queue(from, async () => {
      began.push(name)
      await new Promise<void>(resolve => running.push(resolve))
      return name
    }).catch(({ code }: { code: string }) => code)
  const endOne = async () => {
    running.shift()?.()
    await new Promise(setImmediate)
  }
  return { ask, began, endOne }
}

it('the queue serves addresses in turn, however long the queue of one is', async () => {
  const { ask, began, endOne } = watched(1, 10)
  const asked = [...['a1', 'a2', 'a3', 'a4'].map(name => ask('a', name)), ask('b'), ask('c')]
  for (let ended = 0; ended < asked.length; ended++) await endOne()
  expect(began).toEqual(['a1', 'a2', 'b', 'c', 'a3', 'a4'])
  expect(await Promise.all(asked)).toHaveLength(6)
})

it('the queue gives one address all places while no one else asks, and then shares them', async () => {
  const { ask, endOne } = watched(1, 3)
  const mine = ['a1', 'a2', 'a3', 'a4', 'a5'].map(name => ask('a', name))
  const others = [ask('b'), ask('c')]
  for (let ended = 0; ended < 5; ended++) await endOne()
  expect(await Promise.all(mine)).toEqual(['a1', 'a2', 'server.busy', 'server.busy', 'server.busy'])
  expect(await Promise.all(others)).toEqual(['b', 'c'])
})

it('the queue continues after a failed task', async () => {
  const queue = fairQueue({ workers: 1, maxWaiting: 1 })
  const failed = queue('a', () => Promise.reject(new Error('no')))
  const after = queue('b', async () => 'done')
  await expect(failed).rejects.toThrow('no')
  expect(await after).toBe('done')
})
