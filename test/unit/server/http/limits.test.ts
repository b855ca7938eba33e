import { describe, expect, it } from 'vitest'
import { addressKey, limiter } from '../../../../server/http/limits.ts'

function limited(rate: { perSecond: number; burst: number }) {
  let now = 1_700_000_000_000
  const limit = limiter(rate, () => now)
  return {
    advance(ms: number) {
      now += ms
    },
    /** How many requests of a number are allowed. */
    passing: (requests: number, key = 'k') =>
      Array.from({ length: requests }).filter(() => {
        try {
          limit(key)
          return true
        } catch {
          return false
        }
      }).length,
    limit,
  }
}

describe('the limiter', () => {
  it('allows a burst and then the rate', () => {
    const { passing, advance } = limited({ perSecond: 1, burst: 5 })
    expect(passing(20)).toBe(5)
    advance(999)
    expect(passing(20)).toBe(0)
    advance(1)
    expect(passing(20)).toBe(1)
    advance(3000)
    expect(passing(20)).toBe(3)
    advance(3_600_000)
    expect(passing(20)).toBe(5)
  })

  it('counts each key separately', () => {
    const { passing } = limited({ perSecond: 1, burst: 2 })
    expect([passing(5, 'a'), passing(5, 'b'), passing(5, 'a')]).toEqual([2, 2, 0])
  })

  it('returns the time to retry in whole seconds', () => {
    const { limit, advance, passing } = limited({ perSecond: 0.1, burst: 1 })
    passing(1)
    const refusal = () => expect.objectContaining({ code: 'rate.limited', extras: { retryAfter: 10 } })
    expect(() => limit('k')).toThrow(refusal())
    advance(500)
    expect(() => limit('k')).toThrow(refusal())
    advance(9500)
    expect(passing(1)).toBe(1)
  })

  it('denies nobody when the clock is set back', () => {
    const { passing, advance } = limited({ perSecond: 1, burst: 5 })
    passing(20)
    advance(-86_400_000)
    expect(passing(20)).toBe(5)
  })

  it('forgets the oldest of very many keys', () => {
    const { passing } = limited({ perSecond: 1, burst: 1 })
    passing(1, 'first')
    for (let i = 0; i < 100_000; i++) passing(1, `key ${i}`)
    expect(passing(1, 'first')).toBe(1)
    expect(passing(1, 'key 99999')).toBe(0)
  })
})

describe('addressKey', () => {
  it.each([
    ['203.0.113.7', '203.0.113.7'],
    ['::ffff:203.0.113.7', '203.0.113.7'],
    ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
    ['2001:db8:1:2:ffff::', '2001:db8:1:2::/64'],
    ['2001:db8:1:3::', '2001:db8:1:3::/64'],
    ['::1', '::/64'],
    ['not an address', 'not an address'],
  ])('maps %s to %s', (ip, key) => {
    expect(addressKey(ip)).toBe(key)
  })
})
