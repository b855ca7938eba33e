import { useRef } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { useLocation } from '../../ui/location.ts'

const EVERY_MS = 3_000
const TIMES = 10

interface JustPaidProps {
  look(background: Client): Promise<void>
}

/** Shown to a person who returns from paying. The payment provider informs the server later, so the page polls for a while. */
export function JustPaid({ look }: JustPaidProps) {
  const paid = useLocation().searchParams.get('paid') === '1'
  return paid && <Thanks look={look} />
}

function Thanks({ look }: JustPaidProps) {
  const times = useRef(0)
  useRefreshed(async background => {
    if (times.current++ < TIMES) await look(background)
  }, EVERY_MS)
  return (
    <p className="notice" role="status">
      Thank you. What you paid for is here as soon as Stripe has told this server, usually within seconds.
    </p>
  )
}
