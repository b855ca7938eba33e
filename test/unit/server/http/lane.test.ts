import { describe, expect, it } from 'vitest'
import { lane, laneOfLarge, laneOnceLarge } from '../../../../server/http/bounds/lane.ts'
import { listEvents } from '../../../../src/contract/audit.ts'
import { getSecret, listSecrets } from '../../../../src/contract/secrets/secrets.ts'

describe('a lane', () => {
  it('does as many pieces of work at once as it has room for, and the others in their order', async () => {
    const run = lane({ ofEach: 2, ofAll: 4 })
    const started: number[] = []
    const ends: (() => void)[] = []
    const work = (n: number) => () => {
      started.push(n)
      return new Promise<number>(resolve => ends.push(() => resolve(n)))
    }
    const all = [1, 2, 3, 4].map(n => run('one', work(n)))
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
    const run = lane({ ofEach: 1, ofAll: 1 })
    const failed = run('one', async () => {
      throw new Error('no')
    })
    const next = run('one', async () => 'yes')
    await expect(failed).rejects.toThrow('no')
    expect(await next).toBe('yes')
    expect(await run('one', async () => 'again')).toBe('again')
  })
})

describe('a lane that several organisations use', () => {
  /** Work that records its start, and ends when it is told to. */
  function slowWork() {
    const started: string[] = []
    const { promise: over, resolve: end } = Promise.withResolvers<void>()
    const work = (name: string) => () => {
      started.push(name)
      return over
    }
    return { started, work, end }
  }

  it('has room for one of them while another one has much slow work in it', async () => {
    const run = lane({ ofEach: 2, ofAll: 4 })
    const { started, work, end } = slowWork()
    const all = ['a1', 'a2', 'a3', 'a4', 'a5', 'b1', 'b2', 'b3'].map(name => run(name.charAt(0), work(name)))
    await expect.poll(() => started).toEqual(['a1', 'a2', 'b1', 'b2'])
    end()
    await Promise.all(all)
    expect(started).toHaveLength(8)
  })

  it('does no more at once than fits, and each has its turn', async () => {
    const run = lane({ ofEach: 2, ofAll: 2 })
    const { started, work, end } = slowWork()
    const first = slowWork()
    const all = [run('a', first.work('a1')), run('a', work('a2')), run('a', work('a3')), run('b', work('b1'))]
    await expect.poll(() => [...first.started, ...started]).toEqual(['a1', 'a2'])
    first.end()
    await expect.poll(() => started).toEqual(['a2', 'b1'])
    end()
    await Promise.all(all)
    expect(started).toEqual(['a2', 'b1', 'a3'])
  })

  it('is entered by work that turns out to be large, which stays in it until it has ended', async () => {
    const run = lane({ ofEach: 1, ofAll: 1 })
    const { started, work, end } = slowWork()
    const large = (name: string) =>
      laneOnceLarge(run, 'org', async enter => {
        await enter()
        await enter()
        await work(name)()
      })
    const first = large('first')
    await expect.poll(() => started).toEqual(['first'])
    const second = large('second')
    expect(await laneOnceLarge(run, 'org', async () => 'small')).toBe('small')
    expect(started).toEqual(['first'])
    end()
    await Promise.all([first, second])
    expect(started).toEqual(['first', 'second'])
  })

  it('is left by work that failed in it', async () => {
    const run = lane({ ofEach: 1, ofAll: 1 })
    const failing = laneOnceLarge(run, 'org', async enter => {
      await enter()
      throw new Error('no')
    })
    await expect(failing).rejects.toThrow('no')
    expect(await run('org', async () => 'yes')).toBe('yes')
  })
})

describe('a reply is large', () => {
  it.each([
    [listSecrets, {}, true],
    [listSecrets, { limit: 1000 }, true],
    [listSecrets, { limit: 100 }, false],
    [listEvents, { limit: 1000 }, true],
  ])('if it has many items: %#', (endpoint, query, expected) => {
    expect(laneOfLarge(endpoint)?.isLarge(query)).toBe(expected)
  })

  it('never if it is a single secret', () => {
    expect(laneOfLarge(getSecret)).toBeUndefined()
  })
})
