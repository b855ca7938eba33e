import { describe, expect, it } from 'vitest'
import { type Charset, generateValue } from '../../../../../server/modules/secrets/generate.ts'

const SETS: readonly [Charset, RegExp, number][] = [
  ['hex', /^[0-9a-f]+$/, 16],
  ['base64', /^[A-Za-z0-9+/]+$/, 64],
  ['alphanumeric', /^[A-Za-z0-9]+$/, 62],
  ['ascii', /^[\x21-\x7e]+$/, 94],
]

describe('generateValue', () => {
  it('generates 32 letters and digits by default', () => {
    expect(generateValue()).toMatch(/^[A-Za-z0-9]{32}$/)
    expect(generateValue(8)).toHaveLength(8)
  })

  it.each(SETS)('of %s uses all of its characters and no others', (charset, shape, size) => {
    const text = generateValue(20_000, charset)
    expect(text).toMatch(shape)
    expect(new Set(text).size).toBe(size)
  })

  it.each(SETS)('of %s draws them evenly', (charset, _, size) => {
    const text = Array.from({ length: 50 }, () => generateValue(1024, charset)).join('')
    const expected = text.length / size
    const counts = Map.groupBy(text, character => character)
    const chiSquare = [...counts.values()].reduce((sum, { length }) => sum + (length - expected) ** 2 / expected, 0)
    // Six standard deviations: a fair draw fails once in a billion runs, a modulo bias of 1 % always.
    expect(chiSquare).toBeLessThan(size - 1 + 6 * Math.sqrt(2 * (size - 1)))
  })

  it('never returns the same value twice', () => {
    const values = Array.from({ length: 2000 }, () => generateValue(16, 'hex'))
    expect(new Set(values).size).toBe(values.length)
  })
})
