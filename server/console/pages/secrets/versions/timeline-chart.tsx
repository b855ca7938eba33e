import { scaleLinear } from 'd3-scale'
import { useId, useLayoutEffect, useRef, useState } from 'react'
import type { Client } from '../../../../../src/client/client.ts'
import type { Account } from '../../../session/session.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import { type Stop as FocusStop, useStops } from '../../../ui/chart/use-stops.ts'
import { useQuery } from '../../../ui/data/query.ts'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Button } from '../../../ui/form/button.tsx'
import { Link } from '../../../ui/link.tsx'
import { followLink } from '../../../ui/location.ts'
import { daysIn } from '../../audit/event-query.ts'
import type { Vault } from '../../vaults/vault.ts'
import { accessOf } from '../access/access-of.ts'
import type { Summary } from '../secret.ts'
import { Legend } from './legend.tsx'
import { type Bucket, bucketsOf, DAYS, findingOf, type Life, type Stop, spanOf, stopsOf, timelineOf } from './timeline.ts'

interface TimelineChartProps {
  vault: Vault
  /** Newest first. */
  versions: readonly Summary[]
  /** Called with the versions selected in the chart. */
  onOpen(versions: readonly Summary[]): void
}

const MOST_EVENTS = 200

/** The versions of a secret on a timeline, with its reads below and marks for denials, shares and rotations. */
export function TimelineChart({ vault, versions, onOpen }: TimelineChartProps) {
  const path = versions[0]?.path ?? ''
  const { account } = useSignedIn()
  const loaded = useLoaded(client => loadedTimeline(client, account, vault, path), `${vault.id} ${path} ${versions.length}`)
  const [query, change] = useQuery()
  const [shown, show] = useState(false)
  // A person who may not see its readers has the table of the versions.
  if (loaded.state.at !== 'loaded') return null
  const { access, events } = loaded.state.value
  const life = timelineOf(versions, access, events, Date.now())
  const caption = findingOf(versions, life)
  const buckets = bucketsOf(life, MOST_BUCKETS)
  const asTable = query.get('life') === 'table'
  const addressOf = ({ from, to }: Bucket) =>
    `/audit?${new URLSearchParams({ resource_id: path, vault_id: vault.id, ...daysIn(from, to) })}`
  return (
    <figure className={shown ? 'chart lifeline lifeline-shown' : 'chart lifeline'}>
      <figcaption className="chart-caption">
        <span>{caption}</span>
        <Button kind="link" onClick={() => change({ life: asTable ? '' : 'table' })}>
          {asTable ? 'Show as chart' : 'Show as table'}
        </Button>
        {!asTable && (
          <span className="access-map-toggle">
            <Button kind="link" onClick={() => show(!shown)}>
              {shown ? 'Hide the chart' : 'Show the chart'}
            </Button>
          </span>
        )}
      </figcaption>
      {asTable ? (
        <Numbers buckets={buckets} addressOf={addressOf} />
      ) : (
        <Picture {...{ caption, versions, life, buckets, addressOf, onOpen }} isShown={shown} />
      )}
    </figure>
  )
}

async function loadedTimeline(client: Client, by: Account, vault: Vault, path: string) {
  const from = new Date(Date.now() - DAYS * 86_400_000).toISOString()
  const about = { resource_id: path, vault_id: vault.id, from, limit: MOST_EVENTS }
  const [access, ...logs] = await Promise.all([
    accessOf(client, by, vault, { path, include: 'days' }),
    client.call('audit.events', { query: { ...about, outcome: 'denied' } }),
    client.call('audit.events', { query: { ...about, action: 'share.create' } }),
    client.call('audit.events', { query: { ...about, action: 'secret.write' } }),
  ])
  return { access, events: logs.flatMap(({ events }) => events) }
}

const WIDTH = 720
const [LEFT, RIGHT] = [24, WIDTH - 24]
const LINE = 44
const STRIP = { top: 68, bottom: 104 }
const MARKS = 120
const HEIGHT = 150
/** A touch target is 24 px wide. */
const TARGET = 24
const MOST_BUCKETS = Math.floor((RIGHT - LEFT) / TARGET)
const APART = 48

interface PictureProps extends Pick<TimelineChartProps, 'versions' | 'onOpen'> {
  caption: string
  life: Life
  buckets: readonly Bucket[]
  addressOf(bucket: Bucket): string
  /** Shown on request if it is not shown by default. */
  isShown: boolean
}

function Picture({ caption, versions, life, buckets, addressOf, onOpen, isShown }: PictureProps) {
  const scroller = useRef<HTMLDivElement>(null)
  // If it is wider than the page, it starts with today.
  // biome-ignore lint/correctness/useExhaustiveDependencies: it has no width before it is shown.
  useLayoutEffect(() => {
    if (scroller.current) scroller.current.scrollLeft = scroller.current.scrollWidth
  }, [isShown])
  const x = scaleLinear().domain([life.from, life.to]).range([LEFT, RIGHT]).clamp(true)
  const stops = stopsOf(versions, x, APART)
  const full = buckets.filter(({ reads, denied, shared, rotated }) => reads + denied + shared + rotated > 0)
  const { ref, onKeyDown, stop } = useStops(stops.length + full.length)
  return (
    <>
      <div ref={scroller} className="lifeline-scroll">
        {/* biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset. */}
        <svg ref={ref} viewBox={`0 0 ${WIDTH} ${HEIGHT}`} role="group" aria-label={caption} onKeyDown={onKeyDown}>
          <line className="life-line" x1={x(life.born ?? life.from)} x2={RIGHT} y1={LINE} y2={LINE} />
          {stops.map((each, place) => (
            <VersionStop
              key={each.versions[0]?.version}
              stop={each}
              label={labelOf(each, life)}
              tie={stop(place)}
              onOpen={() => onOpen(each.versions)}
            />
          ))}
          <Strip
            full={full}
            spot={bucket => spotOf(spanOf(bucket, life), x)}
            addressOf={addressOf}
            tieOf={place => stop(stops.length + place)}
          />
        </svg>
        <p className="chart-axis quiet">
          <span>{startOf(life)}</span>
          <span>now</span>
        </p>
      </div>
      <Legend />
    </>
  )
}

/** The time if it is in the last day, or else the day. */
function startOf({ from, to }: Life): string {
  return to - from < 86_400_000 ? CLOCK.format(from) : DAY.format(from)
}

/** Where the bar of a bucket is; its target is wide enough for a finger. */
function spotOf({ start, end }: { start: number; end: number }, x: (at: number) => number) {
  const width = Math.max(x(end) - x(start), TARGET)
  const middle = Math.min(Math.max((x(start) + x(end)) / 2, LEFT + width / 2), RIGHT - width / 2)
  return { middle, width }
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

function VersionStop({
  stop: { x, versions },
  label,
  tie,
  onOpen,
}: {
  stop: Stop
  label: string
  tie: FocusStop
  onOpen(): void
}) {
  return (
    // biome-ignore lint/a11y/useSemanticElements: there are no buttons within a picture.
    <g
      {...tie}
      role="button"
      aria-haspopup="dialog"
      aria-label={label}
      className="access-stop"
      onClick={onOpen}
      onKeyDown={event => {
        if (event.key !== 'Enter' && event.key !== ' ') return
        event.preventDefault()
        onOpen()
      }}
    >
      <title>{label}</title>
      <rect className="access-target" x={x - 23} y={8} width={46} height={50} rx="6" />
      <circle className="chart-1" cx={x} cy={LINE} r={versions.length > 1 ? 9 : 6} />
      <text className="access-text access-name" x={x} y={26} textAnchor="middle">
        {shortOf(versions)}
      </text>
    </g>
  )
}

function shortOf(versions: readonly Summary[]): string {
  const [newest, oldest] = [versions[0]?.version, versions.at(-1)?.version]
  return newest === oldest ? `v${newest}` : `v${oldest}–${newest}`
}

/** `v4, last read by deployer and ci`; starts with the visible text. */
function labelOf({ versions }: Stop, { readers }: Life): string {
  const names = versions.flatMap(({ version }) => (readers.get(version) ?? []).map(({ name }) => name))
  const shown = names.length > 3 ? `${names.slice(0, 3).join(', ')} and ${names.length - 3} more` : names.join(' and ')
  return `${shortOf(versions)}, last read by ${names.length === 0 ? 'nobody' : shown}`
}

interface StripProps {
  /** The buckets with events. */
  full: readonly Bucket[]
  spot(bucket: Bucket): { readonly middle: number; readonly width: number }
  addressOf(bucket: Bucket): string
  tieOf(place: number): FocusStop
}

function Strip({ full, spot, addressOf, tieOf }: StripProps) {
  const hatch = useId()
  const most = Math.max(1, ...full.map(({ reads }) => reads))
  const height = scaleLinear([0, most], [0, STRIP.bottom - STRIP.top])
  return (
    <>
      <defs>
        <pattern id={hatch} width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
          <rect className="chart-denied" width="4" height="4" />
          <rect className="chart-hatch" width="1.5" height="4" />
        </pattern>
      </defs>
      <line className="access-divider" x1={LEFT} x2={RIGHT} y1={STRIP.bottom} y2={STRIP.bottom} />
      {full.map((bucket, place) => {
        const { middle, width } = spot(bucket)
        const bar = Math.min(width * 0.7, 48)
        const to = addressOf(bucket)
        return (
          <a
            key={bucket.from}
            {...tieOf(place)}
            href={to}
            aria-label={wordsOf(bucket)}
            className="access-stop"
            onClick={event => followLink(event, to)}
          >
            <title>{wordsOf(bucket)}</title>
            <rect
              className="access-target"
              x={middle - width / 2}
              y={STRIP.top - 4}
              width={width}
              height={HEIGHT - STRIP.top + 2}
              rx="4"
            />
            <rect
              className="chart-1"
              x={middle - bar / 2}
              y={STRIP.bottom - height(bucket.reads)}
              width={bar}
              height={height(bucket.reads)}
            />
            {bucket.denied > 0 && <rect fill={`url(#${hatch})`} x={middle - 12} y={MARKS - 5} width="10" height="10" />}
            {bucket.shared > 0 && <path className="chart-3" d={`M${middle} ${MARKS + 9}l6 6l-6 6l-6 -6z`} />}
            {bucket.rotated > 0 && <circle className="life-rotated" cx={middle + 6} cy={MARKS} r="4.5" />}
          </a>
        )
      })}
    </>
  )
}

function daysOf({ from, to }: Bucket): string {
  return from === to ? DAY.format(Date.parse(from)) : DAY.formatRange(Date.parse(from), Date.parse(to))
}

/** `1 – 4 Nov: 25 reads, 2 denied`. */
function wordsOf(bucket: Bucket): string {
  const parts = [
    `${bucket.reads.toLocaleString()} ${bucket.reads === 1 ? 'read' : 'reads'}`,
    ...(['denied', 'shared', 'rotated'] as const).flatMap(kind => (bucket[kind] > 0 ? [`${bucket[kind]} ${kind}`] : [])),
  ]
  return `${daysOf(bucket)}: ${parts.join(', ')}`
}

function Numbers({ buckets, addressOf }: { buckets: readonly Bucket[]; addressOf(bucket: Bucket): string }) {
  const columns: Column<Bucket>[] = [
    { title: 'Days', kind: 'name', cell: bucket => <Link to={addressOf(bucket)}>{daysOf(bucket)}</Link> },
    { title: 'Reads', kind: 'number', cell: ({ reads }) => reads.toLocaleString() },
    { title: 'Denied', kind: 'number', cell: ({ denied }) => denied.toLocaleString() },
    { title: 'Shared', kind: 'number', cell: ({ shared }) => shared.toLocaleString() },
    { title: 'Rotated', kind: 'number', cell: ({ rotated }) => rotated.toLocaleString() },
  ]
  return (
    <Table
      caption="Life of the secret"
      columns={columns}
      rows={[...buckets].reverse()}
      keyOf={({ from }) => from}
      empty="No days."
    />
  )
}
