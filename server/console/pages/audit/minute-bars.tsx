import { useNow } from '../../ui/use-now.ts'
import type { AuditEvent } from './event.ts'
import { minutesFinding, minutesOf } from './minutes.ts'

interface MinuteBarsProps {
  /** Newest first. */
  events: readonly AuditEvent[]
  /** There are no events before these. */
  isComplete: boolean
}

const MOST = 5
const HEIGHT = 20
const [STEP, WIDTH] = [10, 8]

/** The number of events in the running minute, the last bar, and in a few minutes before it. Its words say the same. */
export function MinuteBars({ events, isComplete }: MinuteBarsProps) {
  const now = useNow(1000)
  const minutes = minutesOf(events, now, isComplete, MOST)
  const most = Math.max(1, ...minutes.map(({ count }) => count))
  return (
    <p className="minutes">
      <svg className="minute-bars" viewBox={`0 0 ${MOST * STEP} ${HEIGHT}`} aria-hidden="true">
        <line className="day-bars-ground" x1="0" x2={MOST * STEP} y1={HEIGHT - 0.5} y2={HEIGHT - 0.5} />
        {minutes.map(({ minute, count }, place) => {
          const height = (count / most) * HEIGHT
          const isRunning = place === minutes.length - 1
          return (
            <rect
              key={minute}
              className={isRunning ? 'minute-running' : 'chart-1'}
              x={(MOST - minutes.length + place) * STEP + 1}
              y={HEIGHT - height}
              width={WIDTH}
              height={height}
            />
          )
        })}
      </svg>{' '}
      {minutesFinding(minutes)}
    </p>
  )
}
