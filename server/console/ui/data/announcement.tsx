import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { Button } from '../form/button.tsx'

/** Takes back what was done. */
export type Undo = () => Promise<void>

type Announce = (text: string, undo?: Undo) => void

const AnnounceContext = createContext<Announce>(() => undefined)

const SHOWN_MS = 6_000
/** Long enough to see what was lost, and to get there by keyboard. */
const SHOWN_WITH_UNDO_MS = 30_000

interface Said {
  readonly text: string
  readonly turn: number
  readonly undo?: Undo | undefined
}

/** A place where what was done is said: seen for a few seconds, and read out. What can be taken back has a button for it. */
export function Announcements({ children }: { children: ReactNode }) {
  const [said, say] = useState<Said>({ text: '', turn: 0 })
  const announce = useCallback((text: string, undo?: Undo) => say(({ turn }) => ({ text, turn: turn + 1, undo })), [])
  const { undo } = said
  useEffect(() => {
    if (!said.text) return
    const timer = setTimeout(() => say(({ turn }) => ({ text: '', turn })), said.undo ? SHOWN_WITH_UNDO_MS : SHOWN_MS)
    return () => clearTimeout(timer)
  }, [said])
  const takeBack = () => {
    say(({ turn }) => ({ text: '', turn }))
    void undo?.()
  }
  return (
    <AnnounceContext value={announce}>
      {children}
      <div className="announcement" role="status">
        {said.text && (
          <p>
            {said.text} {undo && <Button onClick={takeBack}>Undo</Button>}
          </p>
        )}
      </div>
    </AnnounceContext>
  )
}

/** Says that something was done: `announce('The policy is deleted.')`. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext)
}
