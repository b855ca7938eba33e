const DAY_MS = 86_400_000

/** Caches the last result: nearly all calls are for the same day. */
let lastAsked = { from: Number.NaN, text: '' }

/** `2026-11` of an instant in epoch milliseconds, UTC. */
export function monthOf(ms: number): string {
  return dayOf(ms).slice(0, 7)
}

/** `2026-11-29` of an instant, UTC. */
export function dayOf(ms: number): string {
  const { from } = lastAsked
  if (!(ms >= from && ms < from + DAY_MS)) {
    const text = new Date(ms).toISOString().slice(0, 10)
    lastAsked = { from: Date.parse(text), text }
  }
  return lastAsked.text
}

/** When the month of an instant began. */
export function startOfMonth(ms: number): number {
  return Date.parse(`${monthOf(ms)}-01T00:00:00Z`)
}

/** When the month after that of an instant begins. */
export function nextMonth(ms: number): number {
  const date = new Date(ms)
  return Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1)
}

/** The same day and time a number of months later; in a shorter month, its last day. */
export function monthsLater(ms: number, months: number): number {
  const date = new Date(ms)
  const day = date.getUTCDate()
  const later = new Date(ms)
  later.setUTCDate(1)
  later.setUTCMonth(date.getUTCMonth() + months)
  const days = new Date(Date.UTC(later.getUTCFullYear(), later.getUTCMonth() + 1, 0)).getUTCDate()
  return later.setUTCDate(Math.min(day, days))
}
