import { describe, expect, it } from 'vitest'
import { baseUnits, decimal, weiOf } from '../../../../../server/modules/intents/amounts.ts'
import { chance } from '../../../../support/random.ts'

describe('an amount', () => {
  it.each([
    ['0', 0n],
    ['1', 10n ** 18n],
    ['0.1', 10n ** 17n],
    ['0.000000000000000001', 1n],
    ['00012.50', 125n * 10n ** 17n],
    ['115792089237316195423570985008687907853269984665640564039457.584007913129639935', 2n ** 256n - 1n],
  ])('of %s is %d base units', (text, units) => {
    expect(baseUnits(text)).toBe(units)
    expect(weiOf('value', text)).toBe(units)
  })

  it.each([
    [0n, 18, '0'],
    [1n, 18, '0.000000000000000001'],
    [-15n * 10n ** 17n, 18, '-1.5'],
    [1_250_000n, 6, '1.25'],
    [7n, 0, '7'],
    [-7n, 0, '-7'],
    [100n, 2, '1'],
  ])('of %d with %i decimals is written %s', (units, decimals, text) => {
    expect(decimal(units, decimals)).toBe(text)
  })

  it('is the same after it was written and read', () => {
    const random = chance(7)
    for (let round = 0; round < 500; round++) {
      const units = BigInt(random.integer(2 ** 31)) * 10n ** BigInt(random.integer(40)) + BigInt(round)
      expect(baseUnits(decimal(units))).toBe(units)
    }
  })

  it('that no transaction can carry is refused', () => {
    expect(() => weiOf('value', '115792089237316195423570985008687907853269984665640564039457.584007913129639936')).toThrow(
      'value',
    )
  })
})
