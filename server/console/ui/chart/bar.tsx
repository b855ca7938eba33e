interface BarProps {
  of: number
  limit: number
  /** `near` and `full` stand beside a word that says the same. */
  tone?: 'plain' | 'near' | 'full'
}

const WIDTH = 100

/** How much of a limit is used, for who looks; the numbers stand beside it. */
export function Bar({ of, limit, tone = 'plain' }: BarProps) {
  const filled = limit === 0 ? WIDTH : Math.min(WIDTH, (of * WIDTH) / limit)
  return (
    <svg className={`bar bar-${tone}`} viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width={WIDTH} height="8" />
      <rect className="bar-filled" width={filled} height="8" />
    </svg>
  )
}
