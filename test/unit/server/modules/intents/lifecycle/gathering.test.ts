import { describe, expect, it } from 'vitest'
import {
  type GatheringOptions,
  gathering,
  roundsOf,
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
    atOnce: 2,
    needs: item => item.split('+'),
    mostOfOne: 2,
    run,
    alone: async item => {
      alone.push(item)
      return `${item}!`
    },
  })
  return { add, asked, alone }
}

describe('items of one unit of work', () => {
  it('are those that wait when it begins, up to a number', async () => {
    const { add, asked } = units()
    const all = ['a', 'b'].map(add)
    expect(asked).toHaveLength(1)
    all.push(...['c', 'd', 'e', 'f', 'g'].map(add))
    expect(asked[0]?.begin()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(asked).toHaveLength(2)
    expect(asked[0]?.begin()).toEqual(['a', 'b', 'c', 'd', 'e'])
    expect(asked[1]?.begin()).toEqual(['f', 'g'])
    asked[0]?.end()
    asked[1]?.end()
    expect(await Promise.all(all)).toEqual(['A', 'B', 'C', 'D', 'E', 'F', 'G'])
    expect(asked).toHaveLength(2)
  })

  it('are few of those that need the same, so that others get their turn', async () => {
    const { add, asked } = units()
    const all = ['a', 'a', 'a', 'a+b', 'b', 'c'].map(add)
    expect(asked[0]?.begin()).toEqual(['a', 'a', 'b', 'c'])
    expect(asked[1]?.begin()).toEqual(['a', 'a+b'])
    for (const unit of asked) unit.end()
    expect(await Promise.all(all)).toEqual(['A', 'A', 'A', 'A+B', 'B', 'C'])
  })

  it('wait while two units are running', async () => {
    const { add, asked } = units()
    const first = add('a1')
    asked[0]?.begin()
    const second = add('b1')
    asked[1]?.begin()
    const third = add('c1')
    expect(asked).toHaveLength(2)
    asked[1]?.end()
    expect(await second).toBe('B1')
    expect(asked[2]?.begin()).toEqual(['c1'])
    asked[0]?.fail(new Error('It is over.'))
    await expect(first).rejects.toThrow('It is over.')
    asked[2]?.end()
    expect(await third).toBe('C1')
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

describe('rounds', () => {
  const rounds = (...items: string[]) => roundsOf(items, item => item.split('+'))

  it('have nothing twice, and keep the order of what needs the same', () => {
    expect(rounds('a', 'b', 'a', 'c', 'a', 'c')).toEqual([['a', 'b'], ['c'], ['a', 'c'], ['a']])
    expect(rounds('a', 'a+b', 'b', 'b')).toEqual([['a'], ['a+b'], ['b'], ['b']])
    expect(rounds()).toEqual([])
  })

  it('have lengths that are powers of two', () => {
    const letters = [...'abcdefghijklm']
    expect(rounds(...letters).map(({ length }) => length)).toEqual([8, 4, 1])
    expect(rounds(...letters).flat()).toEqual(letters)
  })
})
