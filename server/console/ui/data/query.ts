import { useEffect, useRef, useState } from 'react'
import { dropNote, navigate, noteInAddress, useLocation } from '../location.ts'

/**
 * What the address says behind its question mark, and a way to change it, entry by entry; an empty entry goes. What a list is filtered
 * by so survives going away and back.
 */
export function useQuery(): readonly [query: URLSearchParams, change: (entries: Readonly<Record<string, string>>) => void] {
  const { pathname, search } = useLocation()
  const [held, hold] = useState({ text: search, at: search })
  // Another address than the one that was changed: somebody went there, and what it says counts.
  const text = held.at === search ? held.text : search
  const noted = useRef(false)
  useEffect(() => {
    if (text !== search) noteInAddress(`${pathname}${text}`)
    // Changed and changed back before it was written: what waits to be written is not so any more.
    else if (noted.current) dropNote()
    noted.current = text !== search
  }, [pathname, search, text])

  const change = (entries: Readonly<Record<string, string>>) => {
    const next = new URLSearchParams(text)
    for (const [name, value] of Object.entries(entries)) {
      if (value === '') next.delete(name)
      else next.set(name, value)
    }
    hold({ text: next.size > 0 ? `?${next}` : '', at: search })
  }
  return [new URLSearchParams(text), change]
}

/** Does what the address asks for under a name, once: the entry goes, so that the way back does not lead to doing it again. */
export function useAskedFor(name: string, act: (what: string) => void): void {
  const { pathname, search } = useLocation()
  const latest = useRef(act)
  latest.current = act
  useEffect(() => {
    const query = new URLSearchParams(search)
    const what = query.get(name)
    if (what === null) return
    query.delete(name)
    navigate(query.size > 0 ? `${pathname}?${query}` : pathname, 'replace')
    latest.current(what)
  }, [name, pathname, search])
}
