import { expect, it } from 'vitest'
import { type KeyGeneration, lineage, only } from '../../../../server/keys/lineage.ts'

const generation = (number: number, startsAt: number, more: Partial<KeyGeneration<string>> = {}): KeyGeneration<string> => ({
  number,
  startsAt,
  ended: false,
  key: `key ${number}`,
  ...more,
})

it('keys replace each other at their start times, and an ended key proves nothing', () => {
  let now = 5
  const keys = lineage<string>(() => now)
  expect(() => keys.current()).toThrow(expect.objectContaining({ code: 'keys.unavailable' }))
  keys.keep([generation(1, 0), generation(3, 20), generation(2, 10)])
  const currentAt = (at: number) => {
    now = at
    return keys.current().number
  }
  expect([5, 10, 15, 20, 99].map(currentAt)).toEqual([1, 2, 2, 3, 3])
  expect(keys.accepted().map(({ number }) => number)).toEqual([3, 2, 1])
  keys.keep([generation(1, 0, { ended: true }), generation(2, 10), generation(3, 20)])
  expect(keys.accepted().map(({ number }) => number)).toEqual([3, 2])
  expect(keys.known().map(({ number }) => number)).toEqual([3, 2, 1])
  expect([keys.find(1), keys.find(4)]).toEqual(['key 1', undefined])
  // A clock that was set back, after the first key had ended.
  expect(currentAt(5)).toBe(2)
})

it('a key that did not open is not skipped, because the previous one is not accepted for new work', () => {
  const keys = lineage<string>(() => 50)
  keys.keep([generation(1, 0), generation(2, 10, { key: undefined })])
  expect(() => keys.current()).toThrow(expect.objectContaining({ code: 'keys.unavailable' }))
  expect(keys.accepted()).toEqual([expect.objectContaining({ number: 1 })])
})

it('a key that was never replaced is the only one', () => {
  const keys = only('key')
  expect([keys.current(), keys.find(1), keys.find(2), keys.accepted(), keys.known()]).toEqual([
    { number: 1, key: 'key' },
    'key',
    undefined,
    [{ number: 1, key: 'key' }],
    [{ number: 1, key: 'key' }],
  ])
})
