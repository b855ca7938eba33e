import { useId } from 'react'
import { barsOf } from './bars.ts'
import { daysBetween } from './days.ts'
import { Hatch, hatched } from './hatch.tsx'

interface DayBarsProps {
  /** Name of the picture, for screen readers, without the total. */
  label: string
  /** The total in words; by default the sum of the counts. */
  total?: string
  from: string
  /** Amounts by day (`2026-03-01`); today is the last day. */
  counts: ReadonlyMap<string, number>
  /** The denied part of each amount, drawn on top in another colour; included in the counts. */
  denied?: ReadonlyMap<string, number>
}

const SIZE = { width: 112, height: 24 }

/** One bar per day, as small as a word. The numbers are next to it or in its name. */
export function DayBars({ label, total, from, counts, denied = new Map() }: DayBarsProps) {
  const hatch = useId()
  const days = daysBetween(from, new Date(Date.now()).toISOString().slice(0, 10))
  const rows = days.flatMap(day => {
    const stopped = denied.get(day) ?? 0
    return [
      { day, key: 'rest', count: (counts.get(day) ?? 0) - stopped },
      { day, key: 'denied', count: stopped },
    ]
  })
  const { pieces } = barsOf(days, ['rest', 'denied'], rows, SIZE)
  const words = `${label}: ${total ?? [...counts.values()].reduce((sum, count) => sum + count, 0).toLocaleString()}`
  return (
    <svg
      className="day-bars"
      viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
      preserveAspectRatio="none"
      role="img"
      aria-label={words}
    >
      <title>{words}</title>
      <Hatch id={hatch} size={4} />
      <line className="day-bars-ground" x1="0" x2={SIZE.width} y1={SIZE.height - 0.5} y2={SIZE.height - 0.5} />
      {pieces.map(({ day, key, x, y, width, height }) => (
        <rect
          key={`${day} ${key}`}
          {...(key === 'denied' ? hatched(hatch) : { className: 'chart-1' })}
          {...{ x, y, width, height }}
        />
      ))}
    </svg>
  )
}
