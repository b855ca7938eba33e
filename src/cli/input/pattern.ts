import { patternFault, scopeFault } from '../../path-pattern.ts'
import { Problem } from '../../problem.ts'

/** @throws Problem `usage` for a pattern that can match no path. */
export function ensurePattern(pattern: string): void {
  const fault = patternFault(pattern)
  if (fault) throw new Problem('usage', `The pattern ${pattern} ${fault}.`)
}

/** The scope. @throws Problem `usage` for one that can match no path and is not a label. */
export function ensureScope(scope: string): string {
  const fault = scopeFault(scope)
  if (fault) throw new Problem('usage', `The scope ${scope} ${fault}; a label has a colon.`)
  return scope
}
