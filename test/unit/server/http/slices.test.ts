import { setImmediate as nextTurn } from 'node:timers/promises'
import { expect, it } from 'vitest'
import { oneInEachTurn } from '../../../../server/http/slices.ts'

it('runs one step in each turn of the event loop, in order, also one that another step adds', async () => {
  const inTurn = oneInEachTurn()
  const ran: string[] = []
  inTurn(() => {
    ran.push('first')
    inTurn(() => ran.push('added by the first'))
  })
  inTurn(() => ran.push('second'))
  expect(ran).toEqual([])
  const counts: number[] = []
  for (let turns = 0; turns < 4; turns++) {
    await nextTurn()
    counts.push(ran.length)
  }
  expect(counts).toEqual([1, 2, 3, 3])
  expect(ran).toEqual(['first', 'second', 'added by the first'])
})
