import type { IncomingHttpHeaders } from 'node:http'
import type { HeaderSpec } from '../../src/contract/schema/endpoint.ts'
import { isBounded, MAX_SEGMENTS, MAX_STARS, patternFault, scopeFault } from '../../src/path-pattern.ts'
import { Problem } from '../../src/problem.ts'

/** @throws Problem `request.invalid` for a scope that is neither a label (with `:`) nor a path pattern. */
export function checkScopes(scopes: readonly string[]): readonly string[] {
  for (const [index, scope] of scopes.entries()) {
    const fault = scopeFault(scope)
    if (fault) throw invalidField(`scopes[${index}]`, `${fault}; a label has a colon`)
  }
  return scopes
}

/** @throws Problem `request.invalid` for an invalid pattern, or one that is too large */
export function checkPattern(field: string, source: string): void {
  const limit = isBounded(source) ? undefined : `may have at most ${MAX_SEGMENTS} segments, ${MAX_STARS} of them stars`
  const fault = patternFault(source) ?? limit
  if (fault) throw invalidField(field, fault)
}

/**
 * The `expires_at` of a request in epoch milliseconds; null if absent or null.
 * @param present the stored value, which can be sent again
 * @throws Problem `request.invalid` for a time in the past: the client or its clock is wrong
 */
export function endMs(expiresAt: string | null | undefined, now: number, present?: number | null): number | null {
  if (expiresAt === undefined || expiresAt === null) return null
  return Date.parse(expiresAt) === present ? present : futureMs(expiresAt, now)
}

/** The same for an `expires_at` that is required. */
export function futureMs(expiresAt: string, now: number): number {
  const end = Date.parse(expiresAt)
  if (end > now) return end
  throw invalidField('expires_at', `must be in the future; the time of the server is ${new Date(now).toISOString()}`)
}

const DAY_MS = 86_400_000

/**
 * The requested days since 1970 (UTC), both ends included; today is the last one by default.
 * @param days the number of days without `from`, and the maximum
 * @throws Problem `request.invalid` for no days, or too many
 */
export function daysOf(
  query: { readonly from?: string | undefined; readonly to?: string | undefined },
  now: number,
  { usual, most }: { readonly usual: number; readonly most: number },
): { from: number; to: number } {
  const to = query.to === undefined ? Math.floor(now / DAY_MS) : dayOf('to', query.to)
  const from = query.from === undefined ? to - usual + 1 : dayOf('from', query.from)
  if (from > to) throw invalidField('from', 'must not be after to')
  if (to - from >= most) throw invalidField('from', `must be within ${most} days of to`)
  return { from, to }
}

/**
 * A day like `2026-03-01` in days since 1970.
 * @throws Problem `request.invalid`
 */
export function dayOf(field: string, text: string): number {
  const at = Date.parse(`${text}T00:00:00Z`)
  // `Date.parse` takes February 31 for March 3.
  if (Number.isNaN(at) || !new Date(at).toISOString().startsWith(text))
    throw invalidField(field, 'must be a day, like 2026-03-01')
  return at / DAY_MS
}

/** The maximum JSON length of a caller's object, in characters. */
const MAX_JSON = 16 * 1024
/** Each value takes at least two characters of JSON. */
const MAX_VALUES = MAX_JSON / 2
/** Far below the depth at which JSON.stringify overflows the stack. */
const MAX_DEPTH = 32

/**
 * An object that is stored for the caller as JSON, for example its `metadata`.
 * @throws Problem `request.invalid` if it has more than 16 KiB or is nested more than 32 levels deep.
 */
export function keptObject(field: string, object: Record<string, unknown>): Record<string, unknown> {
  if (isSprawling(object)) throw invalidField(field, 'is too large or nested too deeply')
  if (JSON.stringify(object).length > MAX_JSON) throw invalidField(field, 'may have at most 16 KiB of JSON')
  return object
}

/** Counted level by level, without recursion. */
function isSprawling(object: object): boolean {
  let level: unknown[] = [object]
  let values = 0
  for (let depth = 0; level.length > 0; depth++) {
    values += level.length
    if (depth > MAX_DEPTH || values > MAX_VALUES) return true
    level = level.flatMap(value => (typeof value === 'object' && value !== null ? Object.values(value) : []))
  }
  return false
}

/** A `request.invalid` about one field. */
export function invalidField(field: string, message: string): Problem {
  return new Problem('request.invalid', `${field} ${message}.`, { fields: { [field]: message } })
}

const IDEMPOTENCY_KEY = /^[\x21-\x7e]{1,255}$/

/**
 * The idempotency key of a request.
 * @throws Problem `request.invalid`
 */
export function idempotencyKey(headers: IncomingHttpHeaders): string | undefined {
  const key = headers['idempotency-key']
  if (key === undefined) return undefined
  if (typeof key === 'string' && IDEMPOTENCY_KEY.test(key)) return key
  const message = 'must have 1 to 255 printable ASCII characters'
  throw new Problem('request.invalid', `Idempotency-Key ${message}.`, { fields: { 'Idempotency-Key': message } })
}

/** A header that an operation declares. Bytes above ASCII are UTF-8, which Node.js reads as Latin-1. */
export function headerOf(headers: IncomingHttpHeaders, { name, maxLength }: HeaderSpec): string | undefined {
  const value = headers[name.toLowerCase()]
  if (value === undefined) return undefined
  const text = Buffer.from(String(value), 'latin1').toString('utf8')
  if (text.length > maxLength) throw invalidField(name, `may have at most ${maxLength} characters`)
  return text
}
