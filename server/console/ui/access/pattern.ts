import { patternFault as faultOf, scopeFault as faultOfScope } from '../../../../src/path-pattern.ts'

/** What is wrong with a pattern of secret paths. */
export function patternFault(pattern: string): string | undefined {
  const fault = faultOf(pattern)
  return fault && `The pattern ${fault}.`
}

/** The same of one line of path scopes, as the rest of “Line 2 …”. A scope with a colon is a label and no pattern. */
export function scopeFault(scope: string): string | undefined {
  const fault = faultOfScope(scope)
  return fault && `${fault}.`
}
