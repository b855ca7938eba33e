import { navigate, useLocation } from '../../ui/location.ts'
import { type Change, type EventQuery, eventQueryIn, searchOf } from './event-query.ts'

/** The log's query in the address, and a function to change it: each query is a history entry. */
export function useEventQuery(fixed: EventQuery = {}): {
  readonly question: EventQuery
  readonly addressOf: (change: Change) => string
  readonly ask: (change: Change) => void
} {
  const { pathname, search } = useLocation()
  const asked = eventQueryIn(new URLSearchParams(search))
  const addressOf = (change: Change) => pathname + searchOf(asked, change)
  return { question: { ...asked, ...fixed }, addressOf, ask: change => navigate(addressOf(change)) }
}
