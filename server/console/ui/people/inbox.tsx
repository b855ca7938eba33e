import { createContext, type ReactNode, useContext } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { type Loaded, useLoaded } from '../data/use-loaded.ts'
import { useRefreshed } from '../data/use-refreshed.ts'
import { useReloadedAt } from '../data/use-reloaded-at.ts'

export type Inbox = Contract['inbox.get']['reply']

const InboxContext = createContext<Loaded<Inbox> | null>(null)

const EVERY_MS = 60_000

/**
 * Provides the inbox of the signed-in person to the parts inside. It is loaded after every navigation, and every minute while the page is
 * visible.
 * @param at the address
 */
export function InboxHere({ at, children }: { at: string; children: ReactNode }) {
  const inbox = useLoaded(client => client.call('inbox.get'))
  const { reload, refresh } = inbox
  useReloadedAt(at, reload)
  useRefreshed(refresh, EVERY_MS)
  return <InboxContext value={inbox}>{children}</InboxContext>
}

/** The inbox and its loading state; only inside of `InboxHere`. */
export function useInbox(): Loaded<Inbox> {
  const inbox = useContext(InboxContext)
  if (!inbox) throw new Error('There is no inbox here.')
  return inbox
}
