import { ago, remaining } from '../../time.ts'
import { useNow } from '../use-now.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** For how long something is possible until an instant (RFC 3339): `For 30 more days`; its title shows the exact local time. */
export function StillFor({ instant }: { instant: string }) {
  const end = new Date(instant)
  useNow(60_000)
  // The last tick can be before the deletion, which would make 31 days of 30.
  const left = remaining(end, new Date())
  return (
    <time className="unbroken" dateTime={instant} title={`Until ${CLOCK.format(end)}`}>
      {left === undefined ? 'No longer' : `For ${left.replace(' ', ' more ')}`}
    </time>
  )
}

/** How long ago an instant (RFC 3339) was, on one line; its title shows the exact local time. */
export function When({ instant, inSentence = false }: { instant: string; inSentence?: boolean }) {
  const then = new Date(instant)
  const now = useNow(15_000)
  const text = ago(then, new Date(now))
  return (
    <time className="unbroken" dateTime={instant} title={CLOCK.format(then)}>
      {inSentence ? text.charAt(0).toLowerCase() + text.slice(1) : text}
    </time>
  )
}
