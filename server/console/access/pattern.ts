const SEGMENT = /^(?!\.{1,2}$)[A-Za-z0-9_.*-]+$/

/** What is wrong with a pattern of secret paths, as it is known before the server says so. */
export function patternFault(pattern: string): string | undefined {
  if (pattern.split('/').every(segment => SEGMENT.test(segment))) return undefined
  return 'Write names or stars joined by single slashes, like prod/** or prod/*/password.'
}

/** The same of one line of path scopes, as the rest of “Line 2 …”. A scope with a colon is a label and no pattern. */
export function scopeFault(scope: string): string | undefined {
  if (scope.includes(':') || patternFault(scope) === undefined) return undefined
  return 'is no pattern of paths, like prod/** or prod/*/password.'
}
