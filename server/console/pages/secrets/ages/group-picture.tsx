import { type MouseEvent, memo, type PointerEvent, useMemo } from 'react'
import { isForBrowser, navigate } from '../../../ui/location.ts'
import { dotsPath, indexAt, levelsPath, OLDEST, ringsPath, STEP, spotOf, squaresPath } from './shape.ts'
import { addressOf, describedSquare, type Group } from './squares.ts'

interface GroupPictureProps {
  number: number
  group: Group
  /** Squares that have room next to each other. */
  columns: number
  /** The square that is a link. */
  marked: number | undefined
  now: number
  onPoint(number: number, index: number): void
}

/** The squares of a folder, below its name. */
export const GroupPicture = memo(function GroupPicture({ number, group, columns, marked, now, onPoint }: GroupPictureProps) {
  const { label, squares } = group
  const wide = Math.min(columns, squares.length)
  const under = ({ clientX, clientY, currentTarget }: MouseEvent<SVGSVGElement>) => {
    const { left, top } = currentTarget.getBoundingClientRect()
    return indexAt(clientX - left, clientY - top, wide, squares.length)
  }
  const point = (event: PointerEvent<SVGSVGElement>) => {
    const index = under(event)
    if (index !== undefined && index !== marked) onPoint(number, index)
  }
  const open = (event: MouseEvent<SVGSVGElement>) => {
    if (isForBrowser(event)) return
    // Without a pointer it was the link that is in focus; a finger presses before it has pointed.
    const square = squares[(event.detail === 0 ? marked : under(event)) ?? -1]
    if (!square) return
    event.preventDefault()
    navigate(addressOf(square))
  }
  const square = marked === undefined ? undefined : squares[marked]
  const spot = spotOf(marked ?? 0, wide)
  return (
    <div className="heat-group">
      {label && (
        <span className="heat-folder" title={label} aria-hidden="true">
          {label}
        </span>
      )}
      {/* biome-ignore lint/a11y/useSemanticElements: an SVG cannot be a fieldset. */}
      {/* biome-ignore lint/a11y/useKeyWithClickEvents: Enter presses the link in it. */}
      <svg
        className="heat-squares"
        width={wide * STEP}
        height={Math.ceil(squares.length / wide) * STEP}
        role="group"
        aria-label={label || 'All'}
        onPointerMove={point}
        onClick={open}
      >
        <Shapes group={group} columns={wide} />
        {square && (
          <a key={square.key} href={addressOf(square)} aria-label={describedSquare(square, now)}>
            <rect className="heat-here-mark" x={spot.x} y={spot.y} width={STEP} height={STEP} />
          </a>
        )}
      </svg>
    </div>
  )
})

const Shapes = memo(function Shapes({ group: { squares }, columns }: { group: Group; columns: number }) {
  const paths = useMemo(
    () => [
      { name: 'heat-0', d: squaresPath(squares, columns) },
      ...[1, 2, OLDEST].map(shade => ({ name: `heat-${shade}`, d: levelsPath(squares, columns, shade) })),
    ],
    [squares, columns],
  )
  const marks = [
    { name: 'heat-ring', d: ringsPath(squares, columns) },
    { name: 'heat-dot', d: dotsPath(squares, columns) },
  ]
  return [...paths, ...marks].map(({ name, d }) => d !== '' && <path key={name} className={name} d={d} />)
})
