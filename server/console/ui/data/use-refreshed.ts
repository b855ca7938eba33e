import { useEffect, useRef } from 'react'

/** Calls again and again while somebody looks at the page, and at once when they come back to it; one call at a time. */
export function useRefreshed(refresh: () => Promise<void>, everyMs: number): void {
  const latest = useRef(refresh)
  latest.current = refresh
  useEffect(() => {
    let under: Promise<void> | undefined
    const look = () => {
      if (document.hidden || under) return
      under = latest.current().finally(() => {
        under = undefined
      })
    }
    const timer = setInterval(look, everyMs)
    document.addEventListener('visibilitychange', look)
    return () => {
      clearInterval(timer)
      document.removeEventListener('visibilitychange', look)
    }
  }, [everyMs])
}
