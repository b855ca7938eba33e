import { isPattern } from '../../../../src/path-pattern.ts'

/** What is wrong with a pattern of secret paths. */
export function patternFault(pattern: string): string | undefined {
  return isPattern(pattern) ? undefined : 'Write names or stars joined by single slashes, like prod/** or prod/*/password.'
}

/** The same of one line of path scopes, as the rest of “Line 2 …”. A scope with a colon is a label and no pattern. */
export function scopeFault(scope: string): string | undefined {
  return scope.includes(':') || isPattern(scope) ? undefined : 'is no pattern of paths, like prod/** or prod/*/password.'
}
