import { useId } from 'react'
import { useQuery } from '../data/query.ts'
import { type Column, Table } from '../data/table.tsx'
import { Button } from '../form/button.tsx'
import { Link } from '../link.tsx'
import { DayStrip } from './day-strip.tsx'
import { barsOf, type DayCount, daysBetween } from './days.ts'

export interface Series {
  readonly key: string
  readonly label: string
  /** Told apart by more than its colour. */
  readonly kind?: 'denied'
}

interface ActivityChartProps {
  /** The finding, in a sentence. */
  caption: string
  from: string
  to: string
  /** From the bottom of a bar to its top; at most six besides those that were denied. */
  series: readonly Series[]
  counts: readonly DayCount[]
  /** What the table of the numbers is called, read out. */
  table?: string
  /** Where the events of a day are to be seen. */
  addressOf?: ((day: string) => string) | undefined
  /** Several days were chosen in the picture, the first and the last. */
  onChoose?: ((from: string, to: string) => void) | undefined
}

const SIZE = { width: 720, height: 120 }
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

/** Events a day as bars. The table is the truth, and leads to the events; the picture is a view of it. */
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
    return series[index]?.kind === 'denied' ? 'chart-denied' : `chart-${(index % 6) + 1}`
  }
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
          <defs>
            <pattern id={hatch} width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
              <rect className="chart-denied" width="6" height="6" />
              <rect className="chart-hatch" width="2" height="6" />
            </pattern>
          </defs>
          {pieces.map(({ day, key, x, y, width, height }) => {
            const fill = fillOf(key)
            const shape = { x, y, width, height }
            return fill === 'chart-denied' ? (
              <rect key={`${day} ${key}`} {...shape} fill={`url(#${hatch})`} />
            ) : (
              <rect key={`${day} ${key}`} {...shape} className={fill} />
            )
          })}
        </svg>
        {addressOf && (
          <DayStrip days={days} addressOf={addressOf} onChoose={onChoose} labelOf={day => described(day, series, counts)} />
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
              <rect className={fillOf(key)} width="12" height="12" />
            </svg>
            {label}
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
  const columns: Column<string>[] = [
    { title: 'Day', kind: 'name', cell: day => (addressOf ? <Link to={addressOf(day)}>{named(day)}</Link> : named(day)) },
    ...series.map(
      ({ key, label }): Column<string> => ({ title: label, kind: 'number', cell: day => of(day, key).toLocaleString() }),
    ),
  ]
  return <Table caption={caption} columns={columns} rows={[...days].reverse()} keyOf={day => day} empty="No days." />
}

/** A day and what there was on it: `3 Mar: 12 events, 2 denied or failed`. */
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
