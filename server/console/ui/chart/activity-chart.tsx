import { useId } from 'react'
import { useQuery } from '../data/query.ts'
import { type Column, Table } from '../data/table.tsx'
import { Button } from '../form/button.tsx'
import { Link } from '../link.tsx'
import { DayStrip } from './day-strip.tsx'
import { barsOf, type DayCount, daysBetween } from './days.ts'
import { Hatch, hatched } from './hatch.tsx'

export interface Series {
  readonly key: string
  readonly label: string
  /** Also distinguished by a pattern, not only by its colour. */
  readonly kind?: 'denied'
}

type AddressOf = (day: string | undefined, series?: string) => string

interface ActivityChartProps {
  /** The finding, in a sentence. */
  caption: string
  from: string
  to: string
  /** From the bottom of a bar to its top; at most six in addition to the denied events. */
  series: readonly Series[]
  counts: readonly DayCount[]
  /** Name of the table of numbers, for screen readers. */
  table?: string
  /** The address of a day's events, or of one series of them. Without a day, of the events of all days. */
  addressOf?: AddressOf | undefined
  /** Called with the first and last of several selected days. */
  onChoose?: ((from: string, to: string) => void) | undefined
}

const SIZE = { width: 720, height: 120 }
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Events per day as bars. The table has the exact numbers and links to the events; the picture is a view of it. */
export function ActivityChart(props: ActivityChartProps) {
  const { caption, table = 'Events by day', from, to, series, counts, addressOf } = props
  const [query, change] = useQuery()
  const asTable = query.get('view') === 'table'
  const days = daysBetween(from, to)
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        <span>{caption}</span>
        <Button kind="link" onClick={() => change({ view: asTable ? '' : 'table' })}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
      {asTable ? (
        <Numbers caption={table} days={days} series={series} counts={counts} addressOf={addressOf} />
      ) : (
        <Picture {...props} days={days} />
      )}
    </figure>
  )
}

function Picture({ caption, days, series, counts, addressOf, onChoose }: ActivityChartProps & { days: readonly string[] }) {
  const hatch = useId()
  const { pieces, most } = barsOf(
    days,
    series.map(({ key }) => key),
    counts,
    SIZE,
  )
  const fillOf = (key: string) => {
    const index = series.findIndex(each => each.key === key)
    return series[index]?.kind === 'denied' ? hatched(hatch) : { className: `chart-${(index % 6) + 1}` }
  }
  // The piece at this height of a day: for the pointer, a piece is as wide as its day.
  const pieceAt = (day: string, part: number) =>
    pieces.find(({ day: of, y, height }) => of === day && part * SIZE.height >= y && part * SIZE.height < y + height)?.key
  return (
    <>
      <div className="chart-frame">
        <svg
          className="chart-bars"
          viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
          preserveAspectRatio="none"
          role="img"
          aria-label={caption}
        >
          <Hatch id={hatch} />
          {pieces.map(({ day, key, ...shape }) => (
            <rect key={`${day} ${key}`} {...shape} {...fillOf(key)} />
          ))}
        </svg>
        {addressOf && (
          <DayStrip
            days={days}
            addressOf={(day, part) => addressOf(day, part === undefined ? undefined : pieceAt(day, part))}
            onChoose={onChoose}
            labelOf={day => described(day, series, counts)}
          />
        )}
      </div>
      <p className="chart-axis quiet">
        <span>{named(days[0])}</span>
        <span>at most {most.toLocaleString()} a day</span>
        <span>{named(days.at(-1))}</span>
      </p>
      <ul className="chart-legend">
        {series.map(({ key, label }) => (
          <li key={key}>
            <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
              <rect {...fillOf(key)} width="12" height="12" />
            </svg>
            {addressOf ? <Link to={addressOf(undefined, key)}>{label}</Link> : label}
          </li>
        ))}
      </ul>
    </>
  )
}

function Numbers({
  caption,
  days,
  series,
  counts,
  addressOf,
}: { caption: string; days: readonly string[] } & Pick<ActivityChartProps, 'series' | 'counts' | 'addressOf'>) {
  const of = (day: string, key: string) =>
    counts.filter(each => each.day === day && each.key === key).reduce((sum, { count }) => sum + count, 0)
  const linked = (day: string, key: string | undefined, text: string) =>
    addressOf ? <Link to={addressOf(day, key)}>{text}</Link> : text
  const number = (day: string, { key }: Series) => {
    const count = of(day, key)
    return count === 0 ? '0' : linked(day, key, count.toLocaleString())
  }
  const columns: Column<string>[] = [
    { title: 'Day', kind: 'name', cell: day => linked(day, undefined, named(day)) },
    ...series.map((each): Column<string> => ({ title: each.label, kind: 'number', cell: day => number(day, each) })),
  ]
  return <Table caption={caption} columns={columns} rows={[...days].reverse()} keyOf={day => day} empty="No days." />
}

/** A day and its events: `3 Mar: 12 events, 2 denied or failed`. */
function described(day: string, series: readonly Series[], counts: readonly DayCount[]): string {
  const sum = (keep: (key: string) => boolean) =>
    counts.filter(each => each.day === day && keep(each.key)).reduce((all, { count }) => all + count, 0)
  const total = sum(() => true)
  const denied = series.filter(({ kind }) => kind === 'denied').map(({ key, label }) => ({ label, count: sum(of => of === key) }))
  const parts = [
    `${total.toLocaleString()} in all`,
    ...denied.flatMap(({ label, count }) => (count > 0 ? [`${count.toLocaleString()} ${label.toLowerCase()}`] : [])),
  ]
  return `${named(day)}: ${parts.join(', ')}`
}

function named(day: string | undefined): string {
  return day === undefined ? '' : DAY.format(new Date(day))
}
