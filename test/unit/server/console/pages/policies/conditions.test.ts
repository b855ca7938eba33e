import { describe, expect, it } from 'vitest'
import {
  conditionsOf,
  inWords,
  limitsFrom,
  limitsOf,
  NO_LIMITS,
} from '../../../../../../server/console/pages/policies/conditions.ts'

describe('conditions in a form', () => {
  it('have one spelling, however they were stored', () => {
    const stored = { time_window: { start_hour: 9, end_hour: 24, days_of_week: [0, 7, 1, 'fri'], timezone: 'UTC' } }
    const limits = limitsOf(stored)
    expect(limits).toEqual({ ips: [], after: '09:00', before: '24:00', days: ['mon', 'fri', 'sun'], timezone: 'UTC' })
    expect(limits && conditionsOf(limits)).toEqual({
      time_window: { after: '09:00', before: '24:00', days: ['mon', 'fri', 'sun'], timezone: 'UTC' },
    })
  })

  it('that the console does not know are not changed', () => {
    expect(limitsOf({ moon: 'full' })).toBeUndefined()
    expect(limitsOf({ time_window: { after: '09:00', moon: 'full' } })).toBeUndefined()
  })

  it('are read from the entries, and null when nothing is limited', () => {
    const entries: Record<string, string> = { ips: ' 10.0.0.0/8,\n2001:db8::1 ', after: '22:00', sat: 'on', timezone: ' UTC ' }
    expect(conditionsOf(limitsFrom(name => entries[name] ?? ''))).toEqual({
      ip_allowlist: ['10.0.0.0/8', '2001:db8::1'],
      time_window: { after: '22:00', days: ['sat'], timezone: 'UTC' },
    })
    expect(conditionsOf(limitsFrom(() => ''))).toBeNull()
    expect(conditionsOf({ ...NO_LIMITS, timezone: 'UTC' })).toBeNull()
  })
})

describe('conditions in words', () => {
  it.each([
    [{}, []],
    [{ ips: ['10.0.0.1', '10.0.0.2'] }, ['Only from 10.0.0.1, 10.0.0.2']],
    [
      { days: ['mon', 'tue', 'wed'] as const, after: '09:00', before: '17:30' },
      ['Only Monday to Wednesday, 09:00 to 17:30 (UTC)'],
    ],
    [{ days: ['sat', 'sun'] as const, timezone: 'Europe/Berlin' }, ['Only Saturday, Sunday (Europe/Berlin)']],
    [{ after: '22:00', before: '06:00' }, ['Only 22:00 to 06:00 of the next day (UTC)']],
    [{ after: '22:00' }, ['Only from 22:00 (UTC)']],
    [{ before: '06:00' }, ['Only until 06:00 (UTC)']],
  ])('%j', (limits, words) => {
    expect(inWords({ ...NO_LIMITS, ...limits })).toEqual(words)
  })
})
