/** The ground of what was denied: told apart by its stripes, not by its colour alone. Stands once in a picture, under an id of its own. */
export function Hatch({ id, size = 6 }: { id: string; size?: number }) {
  return (
    <defs>
      <pattern id={id} width={size} height={size} patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <rect className="chart-denied" width={size} height={size} />
        <rect className="chart-hatch" width={size / 3} height={size} />
      </pattern>
    </defs>
  )
}

/** How a shape is filled with it. */
export function hatched(id: string) {
  return { fill: `url(#${id})` }
}
