import { Problem } from '../../src/problem.ts'

/** Longest that one query of a report may take. Anyone who asks is told to ask for less, and does not hold up others in the meantime. */
export const REPORT_MS = 2000

export function tooBroad(cause: unknown): Problem {
  return new Problem('request.too-broad', 'There is too much to search.', {
    cause,
    hint: 'Narrow it: give a time span (from, to), or one actor, action or vault.',
  })
}
