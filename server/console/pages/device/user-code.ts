/**
 * A code as a terminal shows it: letters in upper case, two groups of four. One of another length is left as typed, and the
 * server refuses it.
 */
export function canonicalUserCode(typed: string): string {
  const bare = typed.toUpperCase().replace(/[^A-Z]/g, '')
  return bare.length === 8 ? `${bare.slice(0, 4)}-${bare.slice(4)}` : typed.trim().toUpperCase()
}

/** The page that decides about a code. */
export function verifyPath(code: string): string {
  return `/cli/verify?code=${encodeURIComponent(code)}`
}
