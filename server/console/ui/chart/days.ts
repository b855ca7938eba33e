/** The time that a bar stands for. A day is UTC. */
export type Unit = 'day' | 'hour'

/** The amount of something on a day (`2026-03-01`), or in an hour, by its start (`2026-03-01T14:00:00.000Z`). */
export interface DayCount {
  readonly day: string
  readonly key: string
  readonly count: number
}

/** Every day from the first to the last, both included. */
export function daysBetween(from: string, to: string): string[] {
  const days: string[] = []
  for (let at = Date.parse(from); at <= Date.parse(to); at += 86_400_000) days.push(new Date(at).toISOString().slice(0, 10))
  return days
}

/** Every hour from the first to the last, both included, by its start. */
function hoursBetween(from: string, to: string): string[] {
  const count = Math.round((Date.parse(to) - Date.parse(from)) / HOUR_MS) + 1
  return Array.from({ length: count }, (_, at) => new Date(Date.parse(from) + at * HOUR_MS).toISOString())
}

const HOUR_MS = 3_600_000

/** Days, or hours, that share a bar, from their first to their last. */
export interface Span {
  readonly from: string
  readonly to: string
}

/** All days, or hours, in spans of so many, the last of them complete. */
export function spansOf(from: string, to: string, length: number, unit: Unit = 'day'): readonly Span[] {
  const days = unit === 'day' ? daysBetween(from, to) : hoursBetween(from, to)
  const spans: Span[] = []
  for (let end = days.length; end > 0; end -= length) {
    const inside = days.slice(Math.max(0, end - length), end)
    const [first = from] = inside
    spans.unshift({ from: first, to: inside.at(-1) ?? to })
  }
  return spans
}
