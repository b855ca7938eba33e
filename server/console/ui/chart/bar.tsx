import { useId } from 'react'

interface BarProps {
  of: number
  limit: number
  /** The last part of `of`, which is reserved: it is hatched. */
  reserved?: number
  /** A notch at the limit, with room behind it. */
  notched?: boolean
  /** A word next to the bar says the same as `near` and `full`. */
  tone?: 'plain' | 'near' | 'full'
}

const WIDTH = 100
/** The place of the limit with a notch. */
const NOTCH = 94

/** The used part of a limit as a picture; the numbers are next to it. */
export function Bar({ of, limit, reserved = 0, notched = false, tone = 'plain' }: BarProps) {
  const hatch = useId()
  const full = notched ? NOTCH : WIDTH
  const at = (amount: number) => (limit === 0 ? full : Math.min(notched ? WIDTH : full, (amount * full) / limit))
  const spent = at(Math.max(0, of - reserved))
  return (
    <svg className={`bar bar-${tone}`} viewBox={`0 0 ${WIDTH} 8`} preserveAspectRatio="none" aria-hidden="true">
      <rect className="bar-ground" width={full} height="8" />
      <rect className="bar-filled" width={spent} height="8" />
      {reserved > 0 && (
        <>
          <pattern id={hatch} width="2" height="8" patternUnits="userSpaceOnUse">
            <rect className="bar-filled" width="1" height="8" />
          </pattern>
          <rect className="bar-reserved" fill={`url(#${hatch})`} x={spent} width={at(of) - spent} height="8" />
        </>
      )}
      {notched && <rect className="bar-notch" x={NOTCH - 0.75} width="1.5" height="8" />}
    </svg>
  )
}
