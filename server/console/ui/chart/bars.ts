import { scaleBand, scaleLinear } from 'd3-scale'
import { stack } from 'd3-shape'
import type { DayCount } from './days.ts'

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
    .domain([0, most || 1])
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
