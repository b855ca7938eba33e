import { isSecretPath } from '../../../src/path-pattern.ts'
import type { Problem } from '../../../src/problem.ts'
import type { CanonicalPath } from '../../policy/grant.ts'
import { invalidField } from '../checks.ts'

/**
 * The only way from a request's target to a secret path. Clients send the path raw, with each segment encoded, or completely encoded. So it
 * is cut out of the undecoded URL and decoded exactly once, and must then be canonical: the router's own decoding and normalising are not
 * involved. Every method goes through here, before any policy.
 * @throws Problem `request.invalid` for anything else: `.`, `..`, empty segments, remaining `%`, NUL, other characters, more than 512
 * characters.
 */
export function canonicalPath(encoded: string): CanonicalPath {
  const path = decode(encoded)
  if (!isSecretPath(path)) throw invalid()
  return path as CanonicalPath
}

/** The undecoded part of a URL's path after its first `segments` segments. */
export function restOfUrl(url: string, segments: number): string {
  const path = url.split(/[?#]/, 1)[0] ?? ''
  let at = 0
  for (let i = 0; i < segments; i++) at = path.indexOf('/', at + 1)
  return path.slice(at + 1)
}

function decode(encoded: string): string {
  try {
    return decodeURIComponent(encoded)
  } catch {
    throw invalid()
  }
}

function invalid(): Problem {
  const message = 'must use only letters, digits, - _ . and single slashes, at most 512 characters, for example stripe/secret-key'
  return invalidField('path', message)
}
