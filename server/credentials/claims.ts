import { UUID_FORM } from '../../src/uuid.ts'
export type Via = 'device' | 'switch'

/** The claims of a token. */
export interface Claims {
  /** `user:<uuid>` or `agent:<uuid>`. */
  readonly sub: string
  /** The organisation, a UUID. */
  readonly org: string
  /** Epoch seconds. */
  readonly iat: number
  readonly exp: number
  readonly jti: string
  /** The principal's token generation: raising it ends every earlier token. */
  readonly gen: number
  /** The personal API key from which the token was made. */
  readonly akid?: string
  /** The console session that the token is of. */
  readonly sid?: string
  /** When the person signed in (OpenID Connect Core 1.0, §2), epoch seconds. */
  readonly auth_time?: number
  /** How the token was made, if not by a sign-in: by a device login, or for another organisation. */
  readonly via?: Via
  readonly scopes?: readonly string[]
  readonly vault_ids?: readonly string[]
  readonly intents_api_enabled?: boolean
}

/** The tolerated lag of a clock behind the issuer's, in seconds. */
const SKEW = 60

const SUBJECT = new RegExp(`^(?:user|agent):${UUID_FORM}$`)
const ORG = new RegExp(`^${UUID_FORM}$`)

const isCount = (value: unknown): boolean => Number.isSafeInteger(value) && Number(value) >= 0
const isName = (value: unknown): boolean => typeof value === 'string' && value.length > 0
const isNames = (value: unknown): boolean => Array.isArray(value) && value.every(isName)
const absentOr = (check: (value: unknown) => boolean) => (value: unknown) => value === undefined || check(value)

const CHECKS: Record<keyof Claims, (value: unknown) => boolean> = {
  sub: value => typeof value === 'string' && SUBJECT.test(value),
  org: value => typeof value === 'string' && ORG.test(value),
  iat: isCount,
  exp: isCount,
  jti: isName,
  gen: isCount,
  akid: absentOr(isName),
  sid: absentOr(isName),
  auth_time: absentOr(isCount),
  via: absentOr(value => value === 'device' || value === 'switch'),
  scopes: absentOr(isNames),
  vault_ids: absentOr(isNames),
  intents_api_enabled: absentOr(value => typeof value === 'boolean'),
}

/**
 * The claims of a payload with a valid signature, frozen because they are cached; undefined if they are not in the form that we write. An
 * unknown claim is refused too: its purpose could be to narrow the token.
 */
export function claimsOf(payload: Buffer): Claims | undefined {
  const value = parse(payload)
  if (!isClaims(value)) return undefined
  for (const list of [value.scopes, value.vault_ids]) Object.freeze(list)
  return Object.freeze(value)
}

/** @param now epoch seconds */
export function isCurrent({ iat, exp }: Claims, now: number): boolean {
  return iat <= now + SKEW && iat < exp && now < exp
}

function isClaims(value: unknown): value is Claims {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false
  const claims = new Map<string, unknown>(Object.entries(value))
  const known = [...claims.keys()].every(name => Object.hasOwn(CHECKS, name))
  return known && Object.entries(CHECKS).every(([name, check]) => check(claims.get(name)))
}

function parse(payload: Buffer): unknown {
  try {
    return JSON.parse(payload.toString('utf8'))
  } catch {
    return undefined
  }
}
