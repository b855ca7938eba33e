import { ago } from '../../time.ts'
import { useNow } from '../use-now.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** An instant (RFC 3339) on the reader's own clock, and how long ago that is. */
export function When({ instant }: { instant: string }) {
  const then = new Date(instant)
  const now = useNow(15_000)
  return (
    <time dateTime={instant}>
      {ago(then, new Date(now))} <span className="exactly">{CLOCK.format(then)}</span>
    </time>
  )
}
