import { inSeconds } from '../../time.ts'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { useNow } from '../../ui/use-now.ts'

interface LockedProps {
  /** Milliseconds since the epoch. */
  until: number
  onRetry(): void
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: 'short' })

/** Too many wrong codes: says when the lock ends, and lifts it then. */
export function Locked({ until, onRetry }: LockedProps) {
  const left = (until - useNow(1_000)) / 1_000
  return (
    <>
      <Heading>Too many attempts</Heading>
      <p>To keep codes from being guessed, no code is accepted for a while.</p>
      {left > 0 ? (
        <p>
          Try again <strong>{inSeconds(left)}</strong>, at{' '}
          <time dateTime={new Date(until).toISOString()}>{CLOCK.format(until)}</time>.
        </p>
      ) : (
        <Button kind="primary" onClick={onRetry}>
          Try again
        </Button>
      )}
    </>
  )
}
