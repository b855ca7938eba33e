interface BarProps {
  of: number
  limit: number
  /** A word next to the bar says the same as `near` and `full`. */
  tone?: 'plain' | 'near' | 'full'
}

const WIDTH = 100

/** The used part of a limit as a picture; the numbers are next to it. */
export function Bar({ of, limit, tone = 'plain' }: BarProps) {
  const filled = limit === 0 ? WIDTH : Math.min(WIDTH, (of * WIDTH) / limit)
  return (
    <svg className={`bar bar-${tone}`} viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width={WIDTH} height="8" />
      <rect className="bar-filled" width={filled} height="8" />
    </svg>
  )
}
