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

/** A page that nobody touches asks no more in the name of who is signed in: asking would keep their session from ending. */
const TOUCHED_MS = 10 * 60_000

/** The same, as long as somebody uses the page: for what is asked as who is signed in. */
export function useRefreshedWhileUsed(refresh: () => Promise<void>, everyMs: number): void {
  const touched = useRef(Date.now())
  useEffect(() => {
    const touch = () => {
      touched.current = Date.now()
    }
    for (const event of ['pointerdown', 'keydown'] as const) document.addEventListener(event, touch)
    return () => {
      for (const event of ['pointerdown', 'keydown'] as const) document.removeEventListener(event, touch)
    }
  }, [])
  useRefreshed(async () => {
    if (Date.now() - touched.current < TOUCHED_MS) await refresh()
  }, everyMs)
}
