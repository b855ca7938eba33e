import { useEffect, useRef, useState } from 'react'
import type { Entry } from './entry.ts'

const KEPT = 8
const NAME = / · 1claw$/

/**
 * The pages that were open before this one, latest first. In memory only: nothing about what somebody looks at stays in the browser.
 */
export function useRecent(pathname: string): readonly Entry[] {
  const [recent, setRecent] = useState<readonly Entry[]>([])
  const titled = useRef('')
  useEffect(() => {
    // Its title is known once it is loaded: it is noted when it is left, before the next page names the document.
    return () => {
      titled.current = document.title.replace(NAME, '')
      const left: Entry = { id: `recent ${pathname}`, group: 'Recent', label: titled.current, to: pathname }
      // The same page may have been at another address: that of its vault by id.
      setRecent(known => [left, ...known.filter(({ id, label }) => id !== left.id && label !== left.label)].slice(0, KEPT))
    }
  }, [pathname])
  return recent.filter(({ to }) => to !== pathname)
}
