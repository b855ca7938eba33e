import { useEffect, useRef } from 'react'

/** Calls `reload` when the address has changed: after each navigation, but not at first. */
export function useReloadedAt(at: string, reload: () => Promise<void>): void {
  const last = useRef(at)
  useEffect(() => {
    if (last.current === at) return
    last.current = at
    void reload()
  }, [at, reload])
}
