import { useEffect, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function announce(): void {
  for (const listener of listeners) listener()
}

/** Back or forth: a note for the address that was left comes too late. */
function follow(): void {
  takeNote()
  announce()
}

function subscribe(listener: () => void): () => void {
  if (listeners.size === 0) addEventListener('popstate', follow)
  listeners.add(listener)
  return () => {
    listeners.delete(listener)
    if (listeners.size === 0) removeEventListener('popstate', follow)
  }
}

/** The address of the page, followed as it changes. */
export function useLocation(): URL {
  return new URL(useSyncExternalStore(subscribe, () => location.href))
}

/** The console has two documents; at an address that is not of this one (back and forth lead there, too), the other is loaded. */
export function useOwnDocument(isOwn: boolean): void {
  useEffect(() => {
    if (!isOwn) location.reload()
  }, [isOwn])
}

/** What the address is about to say. Browsers refuse to have it rewritten with every key that is pressed, so it waits a little. */
let note: { readonly to: string; readonly timer: ReturnType<typeof setTimeout> } | undefined

const QUIET_MS = 200

function takeNote(): string | undefined {
  clearTimeout(note?.timer)
  const to = note?.to
  note = undefined
  return to
}

function writeNote(): void {
  const to = takeNote()
  if (to === undefined) return
  history.replaceState(null, '', to)
  announce()
}

/** Notes in the address what the page shows, without a step in the history; at the latest before one goes on. */
export function noteInAddress(to: string): void {
  takeNote()
  note = { to, timer: setTimeout(writeNote, QUIET_MS) }
}

/** What was about to be noted is not. */
export function dropNote(): void {
  takeNote()
}

/** Goes to another page of the console without loading the document again; `replace`: there is no way back to this one. */
export function navigate(to: string, how?: 'replace'): void {
  if (how) {
    takeNote()
    history.replaceState(null, '', to)
  } else {
    writeNote()
    history.pushState(null, '', to)
  }
  announce()
}
