import { Problem } from '../../src/problem.ts'
import { inSeconds } from './time.ts'

/** The whole text of a refusal that is only about the caller's rights. */
const NOT_ALLOWED = 'Insufficient permissions'

/** The problem behind anything thrown; everything else is a fault of the page or the server. */
export function problemOf(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem('server.unexpected', undefined, { cause: thrown })
}

/**
 * What happened and what to do, in one or two sentences for the person at the page.
 * @param denied who is allowed to do it: shown if the server only says that this person is not
 */
export function explain(problem: Problem, denied?: string): string {
  switch (problem.code) {
    case 'policy.denied':
      return sentence(problem.message === NOT_ALLOWED ? (denied ?? problem.message) : problem.message)
    case 'server.unreachable':
    case 'timeout':
      return 'The server could not be reached. Check your connection and try again.'
    case 'rate.limited':
    case 'auth.locked':
      return `Too many attempts. Try again ${inSeconds(problem.extras.retryAfter ?? 60)}.`
    case 'secret.unreadable':
      return [problem.message, problem.extras.hint].filter(Boolean).join(' ')
    case 'internal':
    case 'server.unexpected':
      // The server only says what to do if it knows what is wrong.
      if (problem.extras.hint) return `${problem.message} ${problem.extras.hint}${reference(problem)}`
      return `Something went wrong on the server. Try again in a moment.${reference(problem)}`
    default:
      return sentence(problem.message)
  }
}

/** The server's text about a field, such as `is too long`, as a sentence to show next to it. */
export function explainField(fault: string): string {
  return sentence(/^[a-z]/.test(fault) ? `this ${fault}` : fault)
}

function reference(problem: Problem): string {
  return problem.extras.requestId
    ? ` If it happens again, give this number to the server’s operator: ${problem.extras.requestId}`
    : ''
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
