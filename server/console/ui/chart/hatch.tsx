/** The stripes of denied events, which distinguish them by more than colour. Once in a picture, with its own id. */
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

/** The fill of a shape with these stripes. */
export function hatched(id: string) {
  return { fill: `url(#${id})` }
}
