const HOUR_MS = 3_600_000

/** The durations of access, in addition to a chosen day. */
export const LENGTHS = [
  { value: '', label: 'Until removed', ms: null },
  { value: 'hour', label: '1 hour', ms: HOUR_MS },
  { value: 'day', label: '1 day', ms: 24 * HOUR_MS },
  { value: 'month', label: '30 days', ms: 30 * 24 * HOUR_MS },
  { value: 'date', label: 'Until a date…', ms: null },
] as const

export type Length = (typeof LENGTHS)[number]['value']

export function lengthOf(value: string): Length {
  return LENGTHS.find(each => each.value === value)?.value ?? ''
}

/** The instant at which it ends; null for never. `date` is the content of the date field. */
export function endOf(length: Length, date: string, now: number): string | null {
  if (length === 'date') return date === '' ? null : new Date(date).toISOString()
  const { ms } = LENGTHS.find(each => each.value === length) ?? LENGTHS[0]
  return ms === null ? null : new Date(now + ms).toISOString()
}

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** The same in words: `until removed`, `for 1 hour`, `until 28 Dec 2026, 12:00`. */
export function untilWords(length: Length, date: string): string {
  if (length === 'date') return date === '' ? 'until a date' : `until ${CLOCK.format(new Date(date))}`
  const { label } = LENGTHS.find(each => each.value === length) ?? LENGTHS[0]
  return length === '' ? 'until removed' : `for ${label}`
}
