import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'

type Announce = (text: string) => void

const AnnounceContext = createContext<Announce>(() => undefined)

const SHOWN_MS = 6_000

/** A place where what was done is said: seen for a few seconds, and read out. */
export function Announcements({ children }: { children: ReactNode }) {
  const [said, say] = useState({ text: '', turn: 0 })
  const announce = useCallback((text: string) => say(({ turn }) => ({ text, turn: turn + 1 })), [])
  useEffect(() => {
    if (!said.text) return
    const timer = setTimeout(() => say(({ turn }) => ({ text: '', turn })), SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcement" role="status">
        {said.text && <p>{said.text}</p>}
      </div>
    </AnnounceContext>
  )
}

/** Says that something was done: `announce('The policy is deleted.')`. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext)
}
