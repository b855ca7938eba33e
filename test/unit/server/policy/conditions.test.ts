import ipaddr from 'ipaddr.js'
import { describe, expect, it, vi } from 'vitest'
import { checkConditions, conditionsHold, inAnyRange, isRange, rangesOf } from '../../../../server/policy/conditions.ts'

/** A Wednesday, 12:00 in UTC; 14:00 in Berlin, 08:00 in New York. */
const NOON = Date.UTC(2026, 6, 15, 12, 0)
const HOUR = 3_600_000

const at = (more: { ip?: string; now?: number } = {}) => ({ ip: '203.0.113.7', now: NOON, ...more })
const window = (time_window: object) => ({ time_window: time_window as Record<string, unknown> })

describe('ip_allowlist', () => {
  it.each([
    ['203.0.113.7', ['203.0.113.7']],
    ['203.0.113.7', ['198.51.100.0/24', '203.0.113.0/29']],
    ['203.0.113.7', ['0.0.0.0/0']],
    ['::ffff:203.0.113.7', ['203.0.113.0/24']],
    ['2001:db8::1', ['2001:db8::/32']],
    ['2001:db8::1', ['2001:0db8:0:0::1']],
  ])('allows %s through %j', (ip, ip_allowlist) => {
    expect(conditionsHold({ ip_allowlist }, at({ ip }))).toBe(true)
  })

  it.each([
    ['203.0.113.8', ['203.0.113.7']],
    ['203.0.113.8', ['203.0.113.0/29']],
    ['2001:db8::1', ['0.0.0.0/0']],
    ['203.0.113.7', ['::/0']],
    ['203.0.113.7', []],
    ['not an address', ['0.0.0.0/0', '::/0']],
  ])('denies %s with %j', (ip, ip_allowlist) => {
    expect(conditionsHold({ ip_allowlist }, at({ ip }))).toBe(false)
  })
})

describe('time_window', () => {
  it.each([
    [{}, true],
    [{ after: '12:00' }, true],
    [{ after: '12:01' }, false],
    [{ before: '12:00' }, false],
    [{ before: '12:01' }, true],
    [{ before: '24:00' }, true],
    [{ after: '09:00', before: '17:00' }, true],
    [{ after: '9:00', before: '17:00' }, true],
    [{ start_hour: 12, end_hour: 13 }, true],
    [{ start_hour: 13 }, false],
    [{ end_hour: 12 }, false],
    [{ start_hour: 0, end_hour: 24 }, true],
    [{ after: '14:00', before: '15:00', timezone: 'Europe/Berlin' }, true],
    [{ after: '12:00', before: '13:00', timezone: 'Europe/Berlin' }, false],
    [{ after: '08:00', before: '08:01', timezone: 'America/New_York' }, true],
    [{ after: '17:30', before: '17:31', timezone: 'Asia/Kolkata' }, true],
    [{ days: ['wed'] }, true],
    [{ days: ['mon', 'tue', 'thu', 'fri', 'sat', 'sun'] }, false],
    [{ days: [3] }, true],
    [{ days_of_week: [0, 7] }, false],
    [{ days_of_week: [1, 2, 3] }, true],
    [{ days: ['thu'], after: '00:00', timezone: 'Pacific/Kiritimati' }, true],
    [{ after: '12:00', before: '12:00' }, false],
  ])('%j at noon on a Wednesday: %s', (time_window, holds) => {
    expect(conditionsHold(window(time_window), at())).toBe(holds)
  })

  it.each([
    [22, true],
    [23.99, true],
    [24 + 1, true],
    [24 + 5.99, true],
    [24 + 6, false],
    [24 + 22, false],
    [21.99, false],
    [1, false],
  ])('runs over midnight from Wednesday 22:00 to 06:00: %s h after Wednesday began, %s', (hours, holds) => {
    const now = Date.UTC(2026, 6, 15) + hours * HOUR
    expect(conditionsHold(window({ after: '22:00', before: '06:00', days: ['wed'] }), at({ now }))).toBe(holds)
  })

  it('follows the zone into and out of summer time', () => {
    const berlin = window({ after: '14:00', before: '15:00', timezone: 'Europe/Berlin' })
    expect(conditionsHold(berlin, at({ now: Date.UTC(2026, 6, 15, 12) }))).toBe(true)
    expect(conditionsHold(berlin, at({ now: Date.UTC(2026, 0, 14, 12) }))).toBe(false)
    expect(conditionsHold(berlin, at({ now: Date.UTC(2026, 0, 14, 13) }))).toBe(true)
  })
})

describe('an unknown condition', () => {
  it.each([
    { unknown: true },
    { ip_allowlist: ['0.0.0.0/0'], mfa: true },
    { ip_allowlist: '0.0.0.0/0' },
    { ip_allowlist: ['anywhere'] },
    { ip_allowlist: [null] },
    { time_window: null },
    { time_window: { timezone: 'Mars/Olympus' } },
    { time_window: { after: 'noon' } },
    { time_window: { after: 9 } },
    { time_window: { start_hour: '9' } },
    { time_window: { start_hour: 25 } },
    { time_window: { days: 'wed' } },
    { time_window: { weekends: false } },
    { time_window: { after: '00:00', start_hour: 0 } },
    { time_window: { days: ['wed'], days_of_week: [3] } },
  ])('denies: %j', conditions => {
    expect(conditionsHold(conditions as Record<string, unknown>, at())).toBe(false)
  })

  it('differs from having none', () => {
    expect(conditionsHold(null, at())).toBe(true)
    expect(conditionsHold({}, at())).toBe(true)
  })
})

describe('checkConditions', () => {
  it.each([
    [{ ip_allowlist: ['10.0.0.0/8', 'here'] }, 'conditions.ip_allowlist[1]'],
    [{ ip_allowlist: ['10.0.0.0/33'] }, 'conditions.ip_allowlist[0]'],
    [{ time_window: { after: '25:00' } }, 'conditions.time_window.after'],
    [{ time_window: { before: '12:60' } }, 'conditions.time_window.before'],
    [{ time_window: { timezone: 'Europe/Nowhere' } }, 'conditions.time_window.timezone'],
    [{ time_window: { after: '09:00', start_hour: 9 } }, 'conditions.time_window.start_hour'],
    [{ time_window: { days: ['mon'], days_of_week: [1] } }, 'conditions.time_window.days_of_week'],
  ])('refuses %j, naming %s', (conditions, field) => {
    expect(() => checkConditions(conditions as object)).toThrow(
      expect.objectContaining({ code: 'request.invalid', extras: { fields: { [field]: expect.any(String) } } }),
    )
  })

  it.each([
    {},
    { ip_allowlist: ['10.0.0.0/8', '::1', '2001:db8::/32'] },
    { time_window: { after: '22:00', before: '24:00', timezone: 'Asia/Tokyo', days: ['mon', 7] } },
    { time_window: { start_hour: 9, end_hour: 17, days_of_week: [1, 2, 3, 4, 5] } },
  ])('accepts %j', conditions => {
    expect(() => checkConditions(conditions)).not.toThrow()
  })
})

describe('ranges', () => {
  it.each(['1', '127.1', '010.0.0.1', '0x7f.0.0.1', '10.0.0.0/', '10.0.0.0/-1', '/8', '', '1.2.3.4.5', ':::', 'fe80::1/129'])(
    'are not %j',
    range => expect(isRange(range)).toBe(false),
  )

  it('treat an IPv4 address mapped into IPv6 as IPv4, on either side', () => {
    expect(inAnyRange('::ffff:10.0.0.1', ['10.0.0.1'])).toBe(true)
    expect(inAnyRange('10.0.0.1', ['::ffff:10.0.0.1'])).toBe(true)
  })

  it('are parsed once, with the same meaning', () => {
    const ranges = ['10.0.0.0/8', '192.0.2.1', '2001:db8::/32', '::ffff:198.51.100.1']
    const isIn = rangesOf(ranges)
    const parsing = vi.spyOn(ipaddr, 'parseCIDR')
    const asked = [
      '10.1.2.3',
      '11.0.0.1',
      '192.0.2.1',
      '192.0.2.2',
      '2001:db8::1',
      '2001:db9::1',
      '198.51.100.1',
      '::ffff:10.0.0.1',
    ]
    const answers = asked.map(isIn)
    expect(parsing).not.toHaveBeenCalled()
    parsing.mockRestore()
    expect(answers).toEqual(asked.map(ip => inAnyRange(ip, ranges)))
    expect(answers).toEqual([true, false, true, false, true, false, true, true])
    expect(() => isIn('not an address')).toThrow()
    expect(() => rangesOf(['10.0.0.0/33'])).toThrow()
  })
})
