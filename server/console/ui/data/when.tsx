import { ago } from '../../time.ts'
import { useNow } from '../use-now.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** How long ago an instant (RFC 3339) is, in one line; the reader's own clock says it exactly, to who points at it. */
export function When({ instant }: { instant: string }) {
  const then = new Date(instant)
  const now = useNow(15_000)
  return (
    <time className="unbroken" dateTime={instant} title={CLOCK.format(then)}>
      {ago(then, new Date(now))}
    </time>
  )
}
