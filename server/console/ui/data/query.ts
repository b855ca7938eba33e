import { useEffect, useRef, useState } from 'react'
import { dropNote, navigate, noteInAddress, useLocation } from '../location.ts'

type Entries = Readonly<Record<string, string>>

/**
 * The query of the address, and a function that changes its entries; an empty entry is removed. So the filters of a list are still there
 * when the reader comes back.
 */
export function useQuery(): readonly [query: URLSearchParams, change: (entries: Entries) => void] {
  const { pathname, search } = useLocation()
  const [held, hold] = useState({ text: search, at: search })
  // The reader went to another address than the changed one, so the address counts.
  const text = held.at === search ? held.text : search
  const noted = useRef(false)
  useEffect(() => {
    if (text !== search) noteInAddress(`${pathname}${text}`)
    // It was changed and changed back before it was written, so the pending note is outdated.
    else if (noted.current) dropNote()
    noted.current = text !== search
  }, [pathname, search, text])

  const change = (entries: Entries) => hold({ text: addressWith('', new URLSearchParams(text), entries), at: search })
  return [new URLSearchParams(text), change]
}

/** The address of a page with a changed query; an empty entry is removed. */
export function addressWith(pathname: string, query: URLSearchParams, entries: Entries): string {
  const next = new URLSearchParams(query)
  for (const [name, value] of Object.entries(entries)) {
    if (value === '') next.delete(name)
    else next.set(name, value)
  }
  return next.size > 0 ? `${pathname}?${next}` : pathname
}

/** Calls `act` with an entry of the query and removes the entry, so that going back does not repeat the action. */
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
