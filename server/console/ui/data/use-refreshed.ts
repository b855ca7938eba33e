import { useEffect, useRef } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

/**
 * Calls again and again while somebody looks at the page, and at once when they come back to it; one call at a time. Everything that a
 * page asks by itself goes through here: it is handed the client whose calls do not keep a session from ending.
 */
export function useRefreshed(refresh: (background: Client) => Promise<void>, everyMs: number): void {
  const { background } = useSignedIn()
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    let under: Promise<void> | undefined
    const look = () => {
      if (document.hidden || under) return
      under = latest.current(background).finally(() => {
        under = undefined
      })
    }
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [everyMs, background])
}
