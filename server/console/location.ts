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

/** Notes in the address what the page shows, without a step in the history. */
export function noteInAddress(to: string): void {
  history.replaceState(null, '', to)
  announce()
}

/** Goes to another page of the console without loading the document anew: the session lives in its memory. */
export function navigate(to: string): void {
  history.pushState(null, '', to)
  announce()
}
