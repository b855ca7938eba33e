import { DURATION_FORMS, durationMs } from '../../duration.ts'
import { Problem } from '../../problem.ts'

/** A duration in the form of `durationMs`. Throws `usage` for anything else. */
export function milliseconds(text: string): number {
  const ms = durationMs(text)
  if (ms === undefined)
    throw new Problem('usage', `${JSON.stringify(text)} is not a duration.`, { hint: `Write ${DURATION_FORMS}.` })
  return ms
}

/** A duration that is usually days rather than seconds. It needs a unit, because `7` would mean seven seconds. Throws `usage`. */
export function spanMs(text: string): number {
  const bare = /^\d+(\.\d+)?$/.exec(text.trim())?.[0]
  if (bare !== undefined) {
    throw new Problem('usage', `${JSON.stringify(text)} has no unit.`, { hint: `Write ${bare}d for days, ${bare}h for hours.` })
  }
  return milliseconds(text)
}

/** The given instant, or a duration before `now`. Throws `usage`. */
export function instantBefore(now: number, when: string): string {
  const ago = durationMs(when)
  return ago === undefined ? instantOf(when, ', or how long ago: 24h') : new Date(now - ago).toISOString()
}

/** A given instant: RFC 3339, or a date, which means its start in UTC. Throws `usage`; `forms` lists what else is accepted. */
export function instantOf(text: string, forms = ''): string {
  const whole = /^\d{4}-\d{2}-\d{2}$/.test(text) ? `${text}T00:00:00Z` : text
  const isWritten = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(:\d{2}(\.\d+)?)?(Z|[+-]\d{2}:\d{2})$/i.test(whole)
  const time = isWritten && isInCalendar(whole.slice(0, 10)) ? Date.parse(whole) : Number.NaN
  if (Number.isNaN(time)) {
    throw new Problem('usage', `${JSON.stringify(text)} is not a date.`, {
      hint: `Write 2030-01-31 or 2030-01-31T12:00:00Z${forms}.`,
    })
  }
  return new Date(time).toISOString()
}

/** Whether the month has this day. `Date.parse` takes February 31 for March 3. */
function isInCalendar(day: string): boolean {
  const midnight = new Date(`${day}T00:00:00Z`)
  return !Number.isNaN(midnight.getTime()) && midnight.toISOString().startsWith(day)
}
