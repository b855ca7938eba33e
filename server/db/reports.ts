import { Problem } from '../../src/problem.ts'

/** The time limit of one report query. The caller is told to narrow the query, and does not delay others in the meantime. */
export const REPORT_MS = 2000

export function tooBroad(cause: unknown): Problem {
  return new Problem('request.too-broad', 'There is too much to search.', {
    cause,
    hint: 'Narrow it: give a time span (from, to), or one actor, action or vault.',
  })
}
