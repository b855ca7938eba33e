import { useEffect, useState } from 'react'
import type { Client } from '../../../src/client/client.ts'
import { type Action, useAction } from './data/use-action.ts'

/** How long a value stays on the page. */
export const REVEALED_SECONDS = 60

interface Revealed {
  /** The value while it is shown; it is nowhere on the page before. */
  readonly value: string | null
  readonly action: Action<[]>
  hide(): void
}

/** A value that is fetched on request, and forgotten again: after a minute, when the page is left, and when its tab is hidden. */
export function useRevealed(fetchValue: (client: Client) => Promise<string>): Revealed {
  const [value, setValue] = useState<string | null>(null)
  const action = useAction(async client => setValue(await fetchValue(client)))

  useEffect(() => {
    if (value === null) return
    const hide = () => setValue(null)
    const hideUnseen = () => document.hidden && hide()
    const timer = setTimeout(hide, REVEALED_SECONDS * 1_000)
    document.addEventListener('visibilitychange', hideUnseen)
    return () => {
      clearTimeout(timer)
      document.removeEventListener('visibilitychange', hideUnseen)
    }
  }, [value])

  return { value, action, hide: () => setValue(null) }
}
