import { navigate, useLocation } from '../../ui/location.ts'
import { type Change, type EventQuery, eventQueryIn, searchOf } from './event-query.ts'

/** What the address asks of the log, and a way to ask something else: each question is a step that the way back undoes. */
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
