import { useEffect, useRef, useState } from 'react'
import type { Entry } from './entry.ts'

const KEPT = 8
const NAME = / · 1claw$/

/** Recently opened pages, latest first. Only in memory: the browser does not store which pages were opened. */
export function useRecent(pathname: string): readonly Entry[] {
  const [recent, setRecent] = useState<readonly Entry[]>([])
  const titled = useRef('')
  useEffect(() => {
    // A page's title is known once it is loaded, so the page is recorded when it is left, before the next one sets the title.
    return () => {
      titled.current = document.title.replace(NAME, '')
      const left: Entry = { id: `recent ${pathname}`, group: 'Recent', label: titled.current, to: pathname }
      // The same page may have had another address: with the vault's id.
      setRecent(known => [left, ...known.filter(({ id, label }) => id !== left.id && label !== left.label)].slice(0, KEPT))
    }
  }, [pathname])
  return recent.filter(({ to }) => to !== pathname)
}
