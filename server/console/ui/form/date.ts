/** What a date field has in it for an instant: the day on the reader's own clock. */
export function dayOf(instant: string | undefined): string {
  if (instant === undefined) return ''
  const at = new Date(instant)
  return [String(at.getFullYear()).padStart(4, '0'), twoDigits(at.getMonth() + 1), twoDigits(at.getDate())].join('-')
}

/** The end of a day on the reader's own clock, as an instant; null for no day. A day that was not changed is the instant it was. */
export function endOfDay(day: string, before?: string): string | null {
  if (day === '') return null
  if (before !== undefined && day === dayOf(before)) return before
  return new Date(`${day}T23:59:59`).toISOString()
}

/** What is wrong with an optional day that something shall last to. */
export function dayFault(day: string, now: Date): string | undefined {
  if (day === '') return undefined
  const end = new Date(`${day}T23:59:59`)
  if (Number.isNaN(end.getTime())) return 'Enter a day.'
  return end <= now ? 'Choose a day in the future.' : undefined
}

function twoDigits(value: number): string {
  return String(value).padStart(2, '0')
}
