import { Problem } from '../../src/problem.ts'
import { inSeconds } from './time.ts'

/** The problem behind anything thrown; what is none is a fault of the page or of the server. */
export function problemOf(thrown: unknown): Problem {
  return thrown instanceof Problem ? thrown : new Problem('server.unexpected', undefined, { cause: thrown })
}

/** What happened and what to do, in a sentence or two for the person at the page. */
export function explain(problem: Problem): string {
  switch (problem.code) {
    case 'server.unreachable':
    case 'timeout':
      return 'The server could not be reached. Check your connection and try again.'
    case 'rate.limited':
    case 'door.locked':
      return `Too many attempts. Try again ${inSeconds(problem.extras.retryAfter ?? 60)}.`
    case 'internal':
    case 'server.unexpected':
      return `Something went wrong on the server. Try again in a moment.${reference(problem)}`
    default:
      return sentence(problem.message)
  }
}

/** What the server says of a field, `is too long`, as a sentence that can stand beside it. */
export function explainField(fault: string): string {
  return sentence(/^[a-z]/.test(fault) ? `this ${fault}` : fault)
}

function reference(problem: Problem): string {
  return problem.extras.requestId ? ` If it goes on, tell the server’s operator this number: ${problem.extras.requestId}` : ''
}

function sentence(text: string): string {
  const begun = text.charAt(0).toUpperCase() + text.slice(1)
  return /[.!?]$/.test(begun) ? begun : `${begun}.`
}
