import { useNow } from '../../ui/use-now.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })
const DISTANCE = new Intl.RelativeTimeFormat('en', { numeric: 'always' })

const UNITS = [
  { unit: 'day', ms: 86_400_000 },
  { unit: 'hour', ms: 3_600_000 },
  { unit: 'minute', ms: 60_000 },
] as const

/** An expiry in the reader's time zone, and how far away it is: `in 3 days`, `2 hours ago`. */
export function Until({ instant }: { instant: string }) {
  const now = useNow(15_000)
  const then = new Date(instant)
  return (
    <time className="unbroken" dateTime={instant} title={CLOCK.format(then)}>
      {distance(then.getTime() - now)}
    </time>
  )
}

function distance(ms: number): string {
  const step = UNITS.find(each => Math.abs(ms) >= each.ms)
  return step ? DISTANCE.format(Math.round(ms / step.ms), step.unit) : DISTANCE.format(Math.round(ms / 1_000), 'second')
}
