import { type KeyboardEvent, useRef, useState } from 'react'
import { Button } from '../../ui/form/button.tsx'
import { navigate } from '../../ui/location.ts'
import { findingOf, SHADE_LABELS, type Square, squaresOf } from './heat.ts'
import type { Listed } from './listed.ts'

const SIZE = 24
const GAP = 4
const COLUMNS = 32
const STEP = SIZE + GAP
const MOVES: Readonly<Record<string, number>> = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: COLUMNS, ArrowUp: -COLUMNS }

/**
 * Age and expiry of all values as squares, in the order of the list; collapsed at first, because most people come for the list. Tab enters,
 * arrows move, Enter opens. The list below is authoritative.
 */
export function HeatMap({ secrets, now }: { secrets: readonly Listed[]; now: number }) {
  const [shown, show] = useState(false)
  const squares = shown ? squaresOf(secrets, now) : []
  const caption = findingOf(secrets, now)
  if (secrets.length === 0) return null
  return (
    <figure className="chart heat">
      <figcaption className="chart-caption">
        <span>{caption}</span>
        <Button kind="link" onClick={() => show(!shown)}>
          {shown ? 'Hide map' : 'Show map'}
        </Button>
      </figcaption>
      {shown && (
        <div className="heat-frame">
          <Squares squares={squares} caption={caption} />
        </div>
      )}
      {shown && <Legend />}
    </figure>
  )
}

function Legend() {
  return (
    <ul className="chart-legend">
      {SHADE_LABELS.map((label, shade) => (
        <li key={label}>
          <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
            <rect className={`heat-${shade}`} width="12" height="12" rx="2" />
          </svg>
          {label}
        </li>
      ))}
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <rect className="heat-ring" x="1" y="1" width="10" height="10" rx="2" />
        </svg>
        expires within 30 days
      </li>
      <li>
        <svg className="chart-key" viewBox="0 0 12 12" aria-hidden="true">
          <circle className="heat-dot" cx="6" cy="6" r="2.5" />
        </svg>
        not read in 90 days
      </li>
    </ul>
  )
}

function Squares({ squares, caption }: { squares: readonly Square[]; caption: string }) {
  const [at, setAt] = useState(0)
  const ref = useRef<SVGSVGElement>(null)
  const here = Math.min(at, squares.length - 1)
  const rows = Math.ceil(squares.length / COLUMNS)
  const move = (event: KeyboardEvent) => {
    const step = MOVES[event.key]
    if (step === undefined) return
    event.preventDefault()
    const next = Math.min(squares.length - 1, Math.max(0, here + step))
    setAt(next)
    ref.current?.querySelectorAll<SVGAElement>('a')[next]?.focus()
  }
  return (
    // biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset.
    <svg
      ref={ref}
      className="heat-squares"
      viewBox={`0 0 ${Math.min(squares.length, COLUMNS) * STEP} ${rows * STEP}`}
      width={Math.min(squares.length, COLUMNS) * STEP}
      role="group"
      aria-label={caption}
      onKeyDown={move}
    >
      {squares.map(({ key, label, address, shade, ends, unread }, index) => {
        const [x, y] = [(index % COLUMNS) * STEP + GAP / 2, Math.floor(index / COLUMNS) * STEP + GAP / 2]
        return (
          <a
            key={key}
            href={address}
            aria-label={label}
            tabIndex={index === here ? 0 : -1}
            onFocus={() => setAt(index)}
            onClick={event => {
              if (event.metaKey || event.ctrlKey || event.shiftKey) return
              event.preventDefault()
              navigate(address)
            }}
          >
            <title>{label}</title>
            <rect className={`heat-${shade}`} x={x} y={y} width={SIZE} height={SIZE} rx="4" />
            {ends && <rect className="heat-ring" x={x + 2} y={y + 2} width={SIZE - 4} height={SIZE - 4} rx="3" />}
            {unread && <circle className="heat-dot" cx={x + SIZE / 2} cy={y + SIZE / 2} r="4" />}
          </a>
        )
      })}
    </svg>
  )
}
