import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { dollarsOf, dollarsOfCents, microsOf } from '../../../../../server/modules/billing/money.ts'
import { monthsLater, nextMonth } from '../../../../../server/modules/billing/periods.ts'
import { PRICES } from '../../../../../src/contract/schema/prices.ts'

describe('money', () => {
  it('is formatted exactly', () => {
    expect([microsOf('0.0015'), microsOf('1000'), microsOf('0.000001')]).toEqual([1500, 1_000_000_000, 1])
    expect([dollarsOf(1500), dollarsOf(0), dollarsOf(1_250_000), dollarsOf(1)]).toEqual(['0.0015', '0.00', '1.25', '0.000001'])
    expect([dollarsOfCents(1234), dollarsOfCents(5), dollarsOfCents(-250)]).toEqual(['12.34', '0.05', '-2.50'])
    for (const wrong of ['', '1.', '.5', '-1', '1e3', '0.0000001']) expect(() => microsOf(wrong)).toThrow(RangeError)
    fc.assert(fc.property(fc.nat(2 ** 31 - 1), micros => microsOf(dollarsOf(micros)) === micros))
  })

  it('costs one and a half times its base price by x402, to a ten-thousandth', () => {
    for (const { usd, x402Usd } of Object.values(PRICES)) {
      if (microsOf(usd) === 0) continue
      const exact = microsOf(usd) + microsOf(usd) / 2
      expect(microsOf(x402Usd) - exact).toBeLessThan(100)
      expect(microsOf(x402Usd)).toBeGreaterThanOrEqual(exact)
    }
  })
})

describe('months', () => {
  it('end on their last day, including leap days', () => {
    const at = (text: string) => Date.parse(text)
    expect(new Date(nextMonth(at('2026-12-31T23:59:59Z'))).toISOString()).toBe('2027-01-01T00:00:00.000Z')
    expect(new Date(monthsLater(at('2028-02-29T10:00:00Z'), 12)).toISOString()).toBe('2029-02-28T10:00:00.000Z')
    expect(new Date(monthsLater(at('2026-11-29T10:00:00Z'), 12)).toISOString()).toBe('2027-11-29T10:00:00.000Z')
    expect(new Date(monthsLater(at('2026-10-31T10:00:00Z'), 1)).toISOString()).toBe('2026-11-30T10:00:00.000Z')
  })
})
