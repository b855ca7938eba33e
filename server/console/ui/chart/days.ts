import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'

/** The time that a bar stands for. A day is UTC. */
export type Unit = 'day' | 'hour'

/** The amount of something on a day (`2026-03-01`), or in an hour, by its start (`2026-03-01T14:00:00.000Z`). */
export interface DayCount {
  readonly day: string
  readonly key: string
  readonly count: number
}

/** One piece of a bar, in the units of the picture. */
export interface Piece {
  readonly day: string
  readonly key: string
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

export interface Bars {
  readonly pieces: readonly Piece[]
  /** The highest bar. */
  readonly most: number
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

/** Bars for days, or hours, one piece for each key, the first key at the bottom. */
export function barsOf(
  days: readonly string[],
  keys: readonly string[],
  counts: readonly DayCount[],
  size: { width: number; height: number },
): Bars {
  const byDay = new Map(days.map(day => [day, new Map<string, number>()]))
  for (const { day, key, count } of counts) byDay.get(day)?.set(key, (byDay.get(day)?.get(key) ?? 0) + count)
  const most = Math.max(0, ...[...byDay.values()].map(of => [...of.values()].reduce((sum, count) => sum + count, 0)))
  const x = scaleBand().domain(days).range([0, size.width]).paddingInner(0.25).paddingOuter(0.125)
  const y = scaleLinear()
    .domain([0, Math.max(1, most)])
    .range([size.height, 0])
  const stacked = stack<string>()
    .keys(keys)
    .value((day, key) => byDay.get(day)?.get(key) ?? 0)([...days])
  const pieces = stacked.flatMap(layer =>
    layer.flatMap(([from, to], index) => {
      const day = days[index]
      if (day === undefined || to === from) return []
      return { day, key: layer.key, x: x(day) ?? 0, y: y(to), width: x.bandwidth(), height: y(from) - y(to) }
    }),
  )
  return { pieces, most }
}
