import { useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function announce(): void {
  for (const listener of listeners) listener()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', announce)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) removeEventListener('popstate', announce)
  }
}

/** The address of the page, followed as it changes. */
export function useLocation(): URL {
  return new URL(useSyncExternalStore(subscribe, () => location.href))
}

/** Goes to another page of the console without loading the document anew; `replace`: there is no way back to this one. */
export function navigate(to: string, how?: 'replace'): void {
  if (how) history.replaceState(null, '', to)
  else history.pushState(null, '', to)
  announce()
}
