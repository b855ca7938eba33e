import { patternFault as faultOf, scopeFault as faultOfScope } from '../../../../src/path-pattern.ts'

/** The fault of a pattern of secret paths, if it has one. */
export function patternFault(pattern: string): string | undefined {
  const fault = faultOf(pattern)
  return fault && `The pattern ${fault}.`
}

/** The same for a line of path scopes, as the rest of “Line 2 …”. A scope with a colon is a label, not a pattern. */
export function scopeFault(scope: string): string | undefined {
  const fault = faultOfScope(scope)
  return fault && `${fault}.`
}
