import { describe, expect, it } from 'vitest'
import {
  type GatheringOptions,
  gathering,
  type Take,
  Undone,
} from '../../../../../../server/modules/intents/lifecycle/gathering.ts'

/** Units of work that begin, and end, when the test says so. */
function units() {
  const asked: { begin(): readonly string[]; end(): void; fail(error: unknown): void }[] = []
  const alone: string[] = []
  const run: GatheringOptions<string, string>['run'] = (take: Take<string>) =>
    new Promise((resolve, reject) => {
      asked.push({
        begin: take,
        end: () => resolve(take().map(item => ({ status: 'fulfilled', value: item.toUpperCase() }))),
        fail: reject,
      })
    })
  const add = gathering<string, string>({
    most: 5,
    needs: item => [item.slice(0, 1)],
    run,
    alone: async item => {
      alone.push(item)
      return `${item}!`
    },
  })
  return { add, asked, alone }
}

describe('items of one unit of work', () => {
  it('are those that wait when it begins, a power of two of them', async () => {
    const { add, asked } = units()
    const first = ['a1', 'b1', 'c1'].map(add)
    expect(asked).toHaveLength(1)
    first.push(add('d1'), add('e1'), add('f1'))
    expect(asked[0]?.begin()).toEqual(['a1', 'b1', 'c1', 'd1'])
    expect(asked).toHaveLength(2)
    expect(asked[0]?.begin()).toEqual(['a1', 'b1', 'c1', 'd1'])
    expect(asked[1]?.begin()).toEqual(['e1', 'f1'])
    asked[0]?.end()
    asked[1]?.end()
    expect(await Promise.all(first)).toEqual(['A1', 'B1', 'C1', 'D1', 'E1', 'F1'])
    expect(asked).toHaveLength(2)
  })

  it('never need the same', async () => {
    const { add, asked } = units()
    const all = ['a1', 'a2', 'b1', 'a3'].map(add)
    expect(asked[0]?.begin()).toEqual(['a1', 'b1'])
    expect(asked[1]?.begin()).toEqual(['a2'])
    expect(asked[2]?.begin()).toEqual(['a3'])
    for (const unit of asked) unit.end()
    expect(await Promise.all(all)).toEqual(['A1', 'A2', 'B1', 'A3'])
  })

  it('are tried alone after one has spoilt the unit, and only then', async () => {
    const { add, asked, alone } = units()
    const all = ['a1', 'b1'].map(add)
    asked[0]?.begin()
    asked[0]?.fail(new Undone(new Error('spoilt')))
    expect(await Promise.all(all)).toEqual(['a1!', 'b1!'])
    const more = ['c1', 'd1'].map(add)
    asked[1]?.begin()
    asked[1]?.fail(new Error('The disk is full.'))
    for (const each of more) await expect(each).rejects.toThrow('The disk is full.')
    expect(alone).toEqual(['a1', 'b1'])
  })

  it('are all told if a unit never begins', async () => {
    const { add, asked } = units()
    const all = ['a1', 'b1'].map(add)
    asked[0]?.fail(new Error('It is closed.'))
    for (const each of all) await expect(each).rejects.toThrow('It is closed.')
    const later = add('c1')
    expect(asked[1]?.begin()).toEqual(['c1'])
    asked[1]?.end()
    expect(await later).toBe('C1')
  })
})
