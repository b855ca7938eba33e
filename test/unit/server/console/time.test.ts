import { describe, expect, it } from 'vitest'
import { ago, inSeconds, remaining } from '../../../../server/console/time.ts'

describe('inSeconds', () => {
  it.each([
    [0, 'in 1 second'],
    [0.2, 'in 1 second'],
    [8, 'in 8 seconds'],
    [59.5, 'in 60 seconds'],
    [60, 'in 1 minute'],
    [61, 'in 2 minutes'],
    [899.2, 'in 15 minutes'],
    [3600, 'in 1 hour'],
    [3601, 'in 2 hours'],
  ])('writes %d s as "%s", never too short', (seconds, words) => {
    expect(inSeconds(seconds)).toBe(words)
  })
})

describe('ago', () => {
  const now = new Date('2026-01-02T12:00:00Z')
  it.each([
    ['2026-01-02T12:00:30Z', 'Just now'],
    ['2026-01-02T12:00:00Z', 'Just now'],
    ['2026-01-02T11:59:01Z', 'Just now'],
    ['2026-01-02T11:59:00Z', '1 minute ago'],
    ['2026-01-02T11:50:01Z', '9 minutes ago'],
    ['2026-01-02T10:00:00Z', '2 hours ago'],
    ['2026-01-01T11:00:00Z', '1 day ago'],
  ])('says %s as "%s"', (then, words) => {
    expect(ago(new Date(then), now)).toBe(words)
  })
})

describe('remaining', () => {
  const now = new Date('2026-01-02T12:00:00Z')
  it.each([
    ['2026-02-01T12:00:00Z', '30 days'],
    ['2026-01-03T12:00:00Z', '1 day'],
    ['2026-01-02T16:30:00Z', '5 hours'],
    ['2026-01-02T12:00:00Z', undefined],
    ['2026-01-01T12:00:00Z', undefined],
  ])('says of %s that %s are left', (then, words) => {
    expect(remaining(new Date(then), now)).toBe(words)
  })
})
