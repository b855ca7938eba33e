import { useEffect, useSyncExternalStore } from 'react'

const listeners = new Set<() => void>()

function announce(): void {
  for (const listener of listeners) listener()
}

/** Called after back or forward: a pending note for the previous address is dropped. */
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

/** The address of the page; renders again when it changes. */
export function useLocation(): URL {
  return new URL(useSyncExternalStore(subscribe, () => location.href))
}

/** The console has two documents. At an address of the other one, also after back or forward, this loads the other one. */
export function useOwnDocument(isOwn: boolean): void {
  useEffect(() => {
    if (!isOwn) location.reload()
  }, [isOwn])
}

/** A pending change of the address. It is delayed, because browsers refuse changes as frequent as key presses. */
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

/** Changes the address without a step in the history, after a delay or before the next navigation. */
export function noteInAddress(to: string): void {
  takeNote()
  note = { to, timer: setTimeout(writeNote, QUIET_MS) }
}

/** Drops a pending change of the address. */
export function dropNote(): void {
  takeNote()
}

/** Goes to another page of the console without loading the document again; `replace`: without a step in the history. */
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

/** Whether a click on a link is for the browser: for a new tab or window, or a menu. */
export function isForBrowser({ button, metaKey, ctrlKey, shiftKey, altKey }: MouseClick): boolean {
  return button !== 0 || metaKey || ctrlKey || shiftKey || altKey
}

type MouseClick = Pick<MouseEvent, 'button' | 'metaKey' | 'ctrlKey' | 'shiftKey' | 'altKey'>

/** Follows a link of the console, unless the click is for the browser. */
export function followLink(event: MouseClick & Pick<Event, 'preventDefault'>, to: string): void {
  if (isForBrowser(event)) return
  event.preventDefault()
  navigate(to)
}
