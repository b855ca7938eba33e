import { useEffect, useRef } from 'react'
import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'

/**
 * Calls `refresh` periodically while the page is visible, and at once when it becomes visible; one call at a time. All polling goes through
 * here: it passes the client whose calls do not extend the session.
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
