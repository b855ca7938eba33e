import { describe, expect, it } from 'vitest'
import { isWholeDays, timesIn } from '../../../../../../server/console/pages/audit/event-query.ts'
import { days, named, ONE_DAY, periodIn } from '../../../../../../server/console/pages/audit/period.ts'

const CHOICES = [days(14), ONE_DAY, days(30)] as const

describe('the period of a chart', () => {
  it.each([
    [{}, '14 days'],
    [{ days: '30' }, '30 days'],
    [{ hours: '24' }, '24 hours'],
    [{ days: '24' }, '14 days'],
    [{ hours: '30' }, '14 days'],
    [{ days: 'x' }, '14 days'],
  ])('in the address %j is %s', (query, name) => {
    expect(named(periodIn(query, CHOICES))).toBe(name)
  })

  it('of bars has the first and last moment of their days or hours', () => {
    expect(timesIn('2026-03-01', '2026-03-02')).toEqual({ from: '2026-03-01T00:00:00.000Z', to: '2026-03-02T23:59:59.999Z' })
    expect(timesIn('2026-03-01T23:00:00.000Z', '2026-03-02T00:00:00.000Z')).toEqual({
      from: '2026-03-01T23:00:00.000Z',
      to: '2026-03-02T00:59:59.999Z',
    })
  })

  it('is one of whole days, or has times', () => {
    const { from, to } = timesIn('2026-03-01', '2026-03-02')
    expect([isWholeDays(from, to), isWholeDays(from, undefined), isWholeDays(undefined, to)]).toEqual([true, true, true])
    const hour = timesIn('2026-03-01T00:00:00.000Z', '2026-03-01T00:00:00.000Z')
    expect([isWholeDays(hour.from, hour.to), isWholeDays('2026-03-01T10:00:00.000Z', undefined)]).toEqual([false, false])
  })
})
