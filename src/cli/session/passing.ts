import { Problem, type ProblemCode } from '../../problem.ts'

const PASSING: readonly ProblemCode[] = ['server.unreachable', 'server.busy', 'rate.limited', 'timeout', 'database.unavailable']

/** A temporary failure: the same request may succeed later. */
export function isPassing(error: unknown): error is Problem {
  return error instanceof Problem && PASSING.includes(error.code)
}
