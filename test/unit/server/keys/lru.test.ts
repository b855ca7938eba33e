import { describe, expect, it } from 'vitest'
import { lru } from '../../../../server/keys/lru.ts'

describe('the map of the most recently used', () => {
  it('lets go of what was used longest ago', () => {
    const dropped: number[] = []
    const map = lru<number>(2, value => dropped.push(value))
    map.set('a', 1)
    map.set('b', 2)
    expect(map.get('a')).toBe(1)
    map.set('c', 3)
    expect([map.get('a'), map.get('b'), map.get('c'), map.size]).toEqual([1, undefined, 3, 2])
    expect(dropped).toEqual([2])
  })

  it('tells of every value that leaves, once', () => {
    const dropped: number[] = []
    const map = lru<number>(3, value => dropped.push(value))
    map.set('a', 1)
    map.set('a', 2)
    map.set('b', 3)
    map.delete('b')
    map.delete('b')
    map.clear()
    expect(dropped).toEqual([1, 3, 2])
    expect(map.size).toBe(0)
  })
})
