import { useEffect, useRef } from 'react'
import { useLocation } from '../../ui/location.ts'

const EVERY_MS = 3_000
const TIMES = 10

/**
 * Shown to who comes back from paying. The payment provider tells the server of it in its own time, so the page looks again for a while.
 */
export function JustPaid({ look }: { look(): Promise<void> }) {
  const paid = useLocation().searchParams.get('paid') === '1'
  const latest = useRef(look)
  latest.current = look
  useEffect(() => {
    if (!paid) return
    let times = 0
    const timer = setInterval(() => {
      times++
      if (times >= TIMES) clearInterval(timer)
      void latest.current()
    }, EVERY_MS)
    return () => clearInterval(timer)
  }, [paid])
  if (!paid) return null
  return (
    <p className="notice" role="status">
      Thank you. What you paid for is here as soon as Stripe has told this server, usually within seconds.
    </p>
  )
}
