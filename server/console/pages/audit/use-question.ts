import { navigate, useLocation } from '../../ui/location.ts'
import { type Change, type Question, questionIn, searchOf } from './question.ts'

/** What the address asks of the log, and a way to ask something else: each question is a step that the way back undoes. */
export function useQuestion(fixed: Question = {}): {
  readonly question: Question
  readonly addressOf: (change: Change) => string
  readonly ask: (change: Change) => void
} {
  const { pathname, search } = useLocation()
  const asked = questionIn(new URLSearchParams(search))
  const addressOf = (change: Change) => pathname + searchOf(asked, change)
  return { question: { ...asked, ...fixed }, addressOf, ask: change => navigate(addressOf(change)) }
}
