import { createContext, type ReactNode, useContext, useEffect, useRef } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { type Loaded, useLoaded } from '../data/use-loaded.ts'
import { useRefreshed } from '../data/use-refreshed.ts'

export type Inbox = Contract['inbox.get']['reply']

const InboxContext = createContext<Loaded<Inbox> | null>(null)

const EVERY_MS = 60_000

/**
 * What waits for who is signed in, for everything inside: asked for when one goes on, and every minute while somebody looks at the page.
 * @param at the address
 */
export function InboxHere({ at, children }: { at: string; children: ReactNode }) {
  const inbox = useLoaded(client => client.call('inbox.get'))
  const { reload, refresh } = inbox
  const asked = useRef(at)
  useEffect(() => {
    if (asked.current === at) return
    asked.current = at
    void reload()
  }, [at, reload])
  useRefreshed(refresh, EVERY_MS)
  return <InboxContext value={inbox}>{children}</InboxContext>
}

/** What waits, and how the loading of it stands; only inside of `InboxHere`. */
export function useInbox(): Loaded<Inbox> {
  const inbox = useContext(InboxContext)
  if (!inbox) throw new Error('There is no inbox here.')
  return inbox
}
