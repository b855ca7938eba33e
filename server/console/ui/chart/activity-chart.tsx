import { type ReactNode, useId, useState } from 'react'
import { useQuery } from '../data/query.ts'
import { type Column, Table } from '../data/table.tsx'
import { Button } from '../form/button.tsx'
import { Link } from '../link.tsx'
import { barsOf } from './bars.ts'
import { DayStrip } from './day-strip.tsx'
import { type DayCount, type Span, spansOf, type Unit } from './days.ts'
import { Hatch, hatched } from './hatch.tsx'
import { Textures, textured } from './textures.tsx'

export interface Series {
  readonly key: string
  readonly label: string
  /** Hatched; the others have textures of their own. */
  readonly kind?: 'denied'
}

type AddressOf = (days: Span | undefined, series?: string) => string

export interface ActivityChartProps {
  /** The finding, in a sentence. */
  caption: string
  from: string
  to: string
  /** From the bottom of a bar to its top; at most six in addition to the denied events. */
  series: readonly Series[]
  counts: readonly DayCount[]
  /** Name of the table of numbers, for screen readers. */
  table?: string
  /** An amount in words (default: its digits). */
  format?: (amount: number) => string
  /** The time of a bar (default: a day). */
  unit?: Unit
  /** Days that share a bar (default: 1). */
  length?: number
  /** Buttons next to the caption: for other days. */
  actions?: ReactNode
  /** The address of the events of a bar, or of one series of them. Without a bar, of the events of all days. */
  addressOf?: AddressOf | undefined
  /** Called with the first and last of several selected days. */
  onChoose?: ((from: string, to: string) => void) | undefined
}

const SIZE = { width: 720, height: 120 }
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })
/** Of the reader, like the times in the log. */
const HOUR = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', hour: 'numeric', minute: '2-digit' })

/** Events per day, or hour, as bars. The table has the exact numbers and links to the events; the picture is a view of it. */
export function ActivityChart(props: ActivityChartProps) {
  const {
    caption,
    unit = 'day',
    table = `Events by ${unit}`,
    from,
    to,
    series,
    format = plain,
    length = 1,
    actions,
    addressOf,
  } = props
  const [query, change] = useQuery()
  const asTable = query.get('view') === 'table'
  const spans = spansOf(from, to, length, unit)
  const counts = props.counts.map(each => ({ ...each, day: spans.findLast(span => span.from <= each.day)?.from ?? each.day }))
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        <span>{caption}</span>
        {actions}
        <Button kind="link" onClick={() => change({ view: asTable ? '' : 'table' })}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </Button>
      </figcaption>
      {asTable ? (
        <Numbers
          caption={table}
          unit={unit}
          spans={spans}
          series={series}
          counts={counts}
          format={format}
          addressOf={addressOf}
        />
      ) : (
        <Picture {...props} counts={counts} spans={spans} />
      )}
    </figure>
  )
}

interface PictureProps extends ActivityChartProps {
  spans: readonly Span[]
}

function Picture({
  caption,
  unit = 'day',
  spans,
  series,
  counts,
  length = 1,
  format = plain,
  addressOf,
  onChoose,
}: PictureProps) {
  const [pointed, point] = useState<string>()
  const days = spans.map(({ from }) => from)
  const spanOf = (day: string) => spans.find(({ from }) => from === day)
  const labelOf = (day: string) => described(spanOf(day) ?? { from: day, to: day }, series, counts, format)
  const hatch = useId()
  const { pieces, most } = barsOf(
    days,
    series.map(({ key }) => key),
    counts,
    SIZE,
  )
  const fillOf = (key: string) => {
    const index = series.findIndex(each => each.key === key)
    return series[index]?.kind === 'denied' ? hatched(hatch) : textured(hatch, index)
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
          <Textures id={hatch} />
          {pieces.map(({ day, key, ...shape }) => (
            <rect key={`${day} ${key}`} {...shape} {...fillOf(key)} />
          ))}
        </svg>
        {addressOf && (
          <DayStrip
            days={days}
            addressOf={(day, part) => addressOf(spanOf(day), part === undefined ? undefined : pieceAt(day, part))}
            onChoose={onChoose && ((first, last) => onChoose(first, spanOf(last)?.to ?? last))}
            onPoint={point}
            labelOf={labelOf}
          />
        )}
      </div>
      <p className="chart-axis quiet">
        <span>{named(spans[0]?.from)}</span>
        <span>
          {pointed === undefined ? (
            `at most ${format(most)} ${unit === 'hour' ? 'an hour' : length === 1 ? 'a day' : `in ${length} days`}`
          ) : (
            <strong aria-hidden="true">{labelOf(pointed)}</strong>
          )}
        </span>
        <span>
          {named(spans.at(-1)?.to)}
          {unit === 'day' && isElsewhere() && ' (UTC)'}
        </span>
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

interface NumbersProps extends Pick<ActivityChartProps, 'series' | 'counts' | 'addressOf'> {
  caption: string
  unit: Unit
  spans: readonly Span[]
  format: (amount: number) => string
}

function Numbers({ caption, unit, spans, series, counts, format, addressOf }: NumbersProps) {
  const of = ({ from }: Span, key: string) =>
    counts.filter(each => each.day === from && each.key === key).reduce((sum, { count }) => sum + count, 0)
  const linked = (span: Span, key: string | undefined, text: string) =>
    addressOf ? <Link to={addressOf(span, key)}>{text}</Link> : text
  const number = (span: Span, { key }: Series) => {
    const count = of(span, key)
    return count === 0 ? '0' : linked(span, key, format(count))
  }
  const columns: Column<Span>[] = [
    { title: unit === 'day' ? 'Day' : 'Hour', kind: 'name', cell: span => linked(span, undefined, spanNamed(span)) },
    ...series.map((each): Column<Span> => ({ title: each.label, kind: 'number', cell: span => number(span, each) })),
  ]
  return <Table caption={caption} columns={columns} rows={spans.toReversed()} keyOf={({ from }) => from} empty={`No ${unit}s.`} />
}

/** A bar and its events: `3 Mar: 12 in all, deployer 8, ci 2, 2 denied or failed`. */
function described(
  span: Span,
  series: readonly Series[],
  counts: readonly DayCount[],
  format: (amount: number) => string,
): string {
  const sum = (keep: (key: string) => boolean) =>
    counts.filter(each => each.day === span.from && keep(each.key)).reduce((all, { count }) => all + count, 0)
  const total = sum(() => true)
  const filled = series
    .map(({ key, label, kind }) => ({ label, kind, count: sum(of => of === key) }))
    .filter(({ count }) => count > 0)
  const isOne = series.filter(({ kind }) => kind === undefined).length === 1
  const parts = [
    `${format(total)} in all`,
    ...filled.flatMap(({ label, kind, count }) => {
      if (kind === 'denied') return [`${format(count)} ${label.toLowerCase()}`]
      return isOne ? [] : [`${label} ${format(count)}`]
    }),
  ]
  return `${spanNamed(span)}: ${parts.join(', ')}`
}

function plain(amount: number): string {
  return amount.toLocaleString()
}

function spanNamed({ from, to }: Span): string {
  return from === to ? named(from) : DAY.formatRange(new Date(from), new Date(to))
}

/** The days of a reader who is not on UTC begin at another time than those of the chart. */
function isElsewhere(): boolean {
  return new Date().getTimezoneOffset() !== 0
}

function named(day: string | undefined): string {
  return day === undefined ? '' : (day.includes('T') ? HOUR : DAY).format(new Date(day))
}
