import { Problem } from '../../src/problem.ts'
import { isPattern } from '../policy/match.ts'

/** @throws Problem `request.invalid` for a scope that is neither a label (with `:`) nor a path pattern. */
export function checkScopes(scopes: readonly string[]): readonly string[] {
  const bad = scopes.findIndex(scope => !scope.includes(':') && !isPattern(scope))
  if (bad < 0) return scopes
  const field = `scopes[${bad}]`
  throw new Problem('request.invalid', `${field} must be a path pattern or a label with a colon.`, {
    fields: { [field]: 'must be a path pattern or a label with a colon' },
  })
}

/** An instant of the request in epoch milliseconds; null when absent or null. One that lies behind ends the thing at once. */
export function epochMs(instant: string | null | undefined): number | null {
  return instant === undefined || instant === null ? null : Date.parse(instant)
}
