/**
 * The marks on the fill of each series after the first, in a tile of 6 units: series are distinguished by more than their colour. Lines, dots,
 * bars, a grid, a chequerboard.
 */
const MARKS = [
  'M0 2h6v1.5h-6z',
  'M1.5 3a1.5 1.5 0 1 0 3 0a1.5 1.5 0 1 0 -3 0z',
  'M2 0h1.5v6h-1.5z',
  'M2 0h1v2h3v1h-3v3h-1v-3h-2v-1h2z',
  'M0 0h3v3h-3zM3 3h3v3h-3z',
]
const TILE = 6
/** More looks could not be distinguished. */
const LOOKS = MARKS.length + 1

/** The patterns of the series of a picture, with its own id. */
export function Textures({ id }: { id: string }) {
  return (
    <defs>
      {MARKS.map((mark, place) => (
        <pattern key={mark} id={`${id}-${place + 2}`} width={TILE} height={TILE} patternUnits="userSpaceOnUse">
          <rect className={`chart-${place + 2}`} width={TILE} height={TILE} />
          <path className="chart-texture" d={mark} />
        </pattern>
      ))}
    </defs>
  )
}

/** The look of a series, by its place. */
export function textured(id: string, place: number) {
  const look = (place % LOOKS) + 1
  return look === 1 ? { className: 'chart-1' } : { fill: `url(#${id}-${look})` }
}
