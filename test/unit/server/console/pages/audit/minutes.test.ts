import { describe, expect, it } from 'vitest'
import { minutesFinding, minutesOf } from '../../../../../../server/console/pages/audit/minutes.ts'

const NOW = Date.parse('2026-03-01T10:05:30Z')
const at = (...times: string[]) => times.map(time => ({ created_at: `2026-03-01T${time}Z` }))
const counts = (events: { created_at: string }[], isComplete: boolean) =>
  minutesOf(events, NOW, isComplete, 5).map(({ count }) => count)

describe('the minutes of a log that is followed', () => {
  it('are the running one, and those before it', () => {
    expect(counts(at('10:05:29', '10:05:00', '10:04:59', '10:02:00', '09:59:00'), true)).toEqual([0, 1, 0, 1, 2])
    expect(counts([], true)).toEqual([0, 0, 0, 0, 0])
  })

  it('are only those of which all events are known', () => {
    expect(counts(at('10:05:29', '10:04:59', '10:03:10'), false)).toEqual([1, 1])
    expect(counts(at('10:05:29', '10:05:20'), false)).toEqual([2])
    expect(counts(at('10:05:29', '09:00:00'), false)).toEqual([0, 0, 0, 0, 1])
  })

  it('have a finding', () => {
    const finding = (...counts: number[]) => minutesFinding(counts.map((count, minute) => ({ minute, count })))
    expect(finding(0, 1, 11, 0, 3)).toBe('3 events this minute, 12 in the 4 minutes before')
    expect(finding(2, 1)).toBe('1 event this minute, 2 in the minute before')
    expect(finding(0)).toBe('0 events this minute')
  })
})
