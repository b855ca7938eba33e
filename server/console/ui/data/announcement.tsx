import { createContext, type ReactNode, useCallback, useContext, useEffect, useState } from 'react'
import { Button } from '../form/button.tsx'

/** Undoes a change. */
export type Undo = () => Promise<void>

type Announce = (text: string, undo?: Undo) => void

const AnnounceContext = createContext<Announce>(() => undefined)

const SHOWN_MS = 6_000
/** Long enough to notice the loss, and to reach the button by keyboard. */
const SHOWN_WITH_UNDO_MS = 30_000

interface Said {
  readonly text: string
  readonly turn: number
  readonly undo?: Undo | undefined
}

/** Shows messages about changes for a few seconds, also to screen readers. A change that can be undone has a button. */
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

/** Shows a message about a change: `announce('The policy is deleted.')`. */
export function useAnnounce(): Announce {
  return useContext(AnnounceContext)
}
