import { useId, useState } from 'react'
import { Hatch, hatched } from '../../ui/chart/hatch.tsx'
import { useStops } from '../../ui/chart/use-stops.ts'
import { useQuery } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Link } from '../../ui/link.tsx'
import { followLink } from '../../ui/location.ts'
import { DownloadProof } from './download-proof.tsx'
import { searchOf } from './event-query.ts'
import { chainFinding, describedSegment, type Proof, type Segment, segmentsOf, type Verdict } from './heads.ts'

const SIZE = { width: 720, height: 40 }
/** Each is at least as wide as a finger, also on a small screen. */
const MOST = 14
const HEAD = 6
const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

interface HeadsChartProps {
  proof: Proof
  /** The last verification on this page. */
  verdict: Verdict | null
}

/** The chain of the log: segments between signed heads. Each leads to its events. */
export function HeadsChart({ proof, verdict }: HeadsChartProps) {
  const [query, change] = useQuery()
  const asTable = query.get('heads') === 'table'
  const segments = segmentsOf(proof, verdict?.faults ?? [], MOST)
  const caption = chainFinding(segments, verdict ?? undefined)
  return (
    <figure className="chart">
      <figcaption className="chart-caption">
        <span>{caption}</span>
        {segments.length > 0 && (
          <Button kind="link" onClick={() => change({ heads: asTable ? '' : 'table' })}>
            {asTable ? 'Show as chart' : 'Show as table'}
          </Button>
        )}
      </figcaption>
      {asTable ? (
        <Heads segments={segments} verdict={verdict} />
      ) : (
        segments.length > 0 && <Picture segments={segments} caption={caption} isVerified={verdict !== null} />
      )}
    </figure>
  )
}

interface PictureProps {
  segments: readonly Segment[]
  caption: string
  isVerified: boolean
}

function Picture({ segments, caption, isVerified }: PictureProps) {
  const hatch = useId()
  const { ref, onKeyDown, stop } = useStops(segments.length, segments.length - 1)
  const [pointed, point] = useState(segments.length - 1)
  const width = SIZE.width / segments.length
  const shown = segments[Math.min(pointed, segments.length - 1)]
  return (
    <>
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset. */}
      <svg
        ref={ref}
        className="heads"
        viewBox={`0 0 ${SIZE.width} ${SIZE.height}`}
        preserveAspectRatio="none"
        role="group"
        aria-label={caption}
        onKeyDown={onKeyDown}
      >
        <Hatch id={hatch} size={6} />
        {segments.map((segment, place) => {
          // A segment that was not checked is thin.
          const thickness = isVerified ? 8 : 4
          const { onFocus, ...attributes } = stop(place)
          const to = addressOf(segment)
          const look = segment.faults > 0 ? hatched(hatch) : { className: isVerified ? 'heads-good' : 'heads-plain' }
          return (
            <a
              key={segment.to}
              {...attributes}
              href={to}
              aria-label={describedSegment(segment, CLOCK.format(new Date(segment.signed)))}
              className="access-stop"
              onFocus={() => {
                onFocus()
                point(place)
              }}
              onPointerEnter={() => point(place)}
              onClick={event => followLink(event, to)}
            >
              <rect className="access-target" x={place * width + 1} y="1" width={width - 2} height={SIZE.height - 2} />
              <rect {...look} x={place * width} y={(SIZE.height - thickness) / 2} width={width - HEAD} height={thickness} />
              <rect className="heads-head" x={(place + 1) * width - HEAD} y={SIZE.height / 2 - 11} width={HEAD} height="22" />
            </a>
          )
        })}
      </svg>
      <div className="chart-axis quiet">
        <span aria-hidden="true">{shown && describedSegment(shown, CLOCK.format(new Date(shown.signed)))}</span>
        {shown && <DownloadProof to={shown.to} />}
      </div>
    </>
  )
}

/** The events of a segment, by when they were written. */
function addressOf({ since, signed }: Segment): string {
  return `/audit${searchOf({}, { views: 'shown', from: since ?? '', to: signed })}`
}

function Heads({ segments, verdict }: { segments: readonly Segment[]; verdict: Verdict | null }) {
  const columns: Column<Segment>[] = [
    {
      title: 'Events',
      kind: 'name',
      cell: segment => (
        <Link to={addressOf(segment)}>
          No. {segment.from.toLocaleString()} to {segment.to.toLocaleString()}
        </Link>
      ),
    },
    { title: 'Count', kind: 'number', cell: ({ from, to }) => (to - from + 1).toLocaleString() },
    { title: 'Signed heads', kind: 'number', cell: ({ heads }) => heads.toLocaleString() },
    { title: 'Signed', cell: ({ signed }) => <When instant={signed} /> },
    { title: 'Faults', kind: 'number', cell: ({ faults }) => verdict && faults.toLocaleString() },
    { title: 'Actions', kind: 'actions', cell: ({ to }) => <DownloadProof to={to} /> },
  ]
  return (
    <Table
      caption="Signed heads"
      columns={columns}
      rows={segments.toReversed()}
      keyOf={({ to }) => String(to)}
      empty="No event is signed yet."
    />
  )
}
