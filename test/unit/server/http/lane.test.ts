import { describe, expect, it } from 'vitest'
import { lane, laneOfLarge } from '../../../../server/http/bounds/lane.ts'
import { listEvents } from '../../../../src/contract/audit.ts'
import { getSecret, listSecrets, readSecrets } from '../../../../src/contract/secrets/secrets.ts'

describe('a lane', () => {
  it('does as many pieces of work at once as it has room for, and the others in their order', async () => {
    const run = lane(2)
    const started: number[] = []
    const ends: (() => void)[] = []
    const work = (n: number) => () => {
      started.push(n)
      return new Promise<number>(resolve => ends.push(() => resolve(n)))
    }
    const all = [1, 2, 3, 4].map(n => run(work(n)))
    await expect.poll(() => started).toEqual([1, 2])
    ends[1]?.()
    await all[1]
    await expect.poll(() => started).toEqual([1, 2, 3])
    ends[0]?.()
    await expect.poll(() => started).toEqual([1, 2, 3, 4])
    for (const end of ends) end()
    expect(await Promise.all(all)).toEqual([1, 2, 3, 4])
  })

  it('has room again after work that failed', async () => {
    const run = lane(1)
    const failed = run(async () => {
      throw new Error('no')
    })
    const next = run(async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
    expect(await run(async () => 'again')).toBe('again')
  })
})

describe('a reply is large', () => {
  it.each([
    [listSecrets, {}, true],
    [listSecrets, { limit: 1000 }, true],
    [listSecrets, { limit: 100 }, false],
    [listEvents, { limit: 1000 }, true],
    [readSecrets, undefined, true],
  ])('if it has values or many items: %#', (endpoint, query, expected) => {
    expect(laneOfLarge(endpoint)?.isLarge(query)).toBe(expected)
  })

  it('never if it is a single secret', () => {
    expect(laneOfLarge(getSecret)).toBeUndefined()
  })
})
