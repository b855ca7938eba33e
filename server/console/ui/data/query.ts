import { useEffect, useState } from 'react'
import { noteInAddress, useLocation } from '../location.ts'

/**
 * What the address says behind its question mark, and a way to change it, entry by entry; an empty entry goes. What a list is filtered
 * by so survives going away and back.
 */
export function useQuery(): readonly [query: URLSearchParams, change: (entries: Readonly<Record<string, string>>) => void] {
  const { pathname, search } = useLocation()
  const [held, hold] = useState({ text: search, at: search })
  // Another address than the one that was changed: somebody went there, and what it says counts.
  const text = held.at === search ? held.text : search
  useEffect(() => {
    if (text !== search) noteInAddress(`${pathname}${text}`)
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
