/** The entry of a date field for an instant: its day in the reader's time zone. */
export function dayOf(instant: string | undefined): string {
  if (instant === undefined) return ''
  const at = new Date(instant)
  return [String(at.getFullYear()).padStart(4, '0'), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
}

/** The end of a day in the reader's time zone, as an instant; null for no day. A day that was not changed keeps its instant. */
export function endOfDay(day: string, before?: string): string | null {
  if (day === '') return null
  if (before !== undefined && day === dayOf(before)) return before
  return new Date(`${day}T23:59:59`).toISOString()
}

/** The fault of an optional last day, if it has one. */
export function dayFault(day: string, now: Date): string | undefined {
  if (day === '') return undefined
  const end = new Date(`${day}T23:59:59`)
  if (Number.isNaN(end.getTime())) return 'Enter a day.'
  return end <= now ? 'Choose a day in the future.' : undefined
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
