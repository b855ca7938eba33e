import { createHash, randomUUID } from 'node:crypto'
import { Problem } from '../../src/problem.ts'
import { verifierOf } from './ed25519.ts'
import type { Keyring } from './keyring.ts'
import { lru } from './lru.ts'

/** What our tokens say (RFC 7519). Times are epoch seconds. */
export interface Claims {
  /** `user:<uuid>` or `agent:<uuid>`. */
  readonly sub: string
  readonly org: string
  readonly iat: number
  readonly exp: number
  readonly jti: string
  /** Token generation of the principal: raised, it ends every token issued before. */
  readonly gen: number
  /** Id of the personal API key it was made from. */
  readonly akid?: string
  readonly scopes?: readonly string[]
  readonly vault_ids?: readonly string[]
  readonly intents_api_enabled?: boolean
}

export type Issuer = ReturnType<typeof issuer>

const MAX_VERIFIED = 20_000
const SKEW_SECONDS = 60
const UUID = '[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}'
const SUBJECT = new RegExp(`^(?:user|agent):${UUID}$`)
const ORG = new RegExp(`^${UUID}$`)

/**
 * Issues and verifies tokens: EdDSA over Ed25519 (RFC 8037) with the whole protected header pinned. We are the only issuer, so a
 * token's first segment must be, byte for byte, the one header we write: there is no algorithm, key id, `crit`, `jwk` or `jku` to
 * choose. A verified token is remembered by the hash of the whole token.
 */
export function issuer(keyring: Keyring, clock: () => number) {
  const jwk = { kty: 'OKP', crv: 'Ed25519', x: Buffer.from(keyring.publicKey).toString('base64url') }
  // RFC 7638: the required members in lexicographic order.
  const kid = createHash('sha256').update(JSON.stringify({ crv: jwk.crv, kty: jwk.kty, x: jwk.x })).digest('base64url')
  const header = encode(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid }))
  const verifySignature = verifierOf(keyring.publicKey)
  const verified = lru<Claims>(MAX_VERIFIED)

  return {
    kid,
    publicKey: keyring.publicKey,
    jwk: () => ({ ...jwk, kid, alg: 'EdDSA', use: 'sig' }),

    async sign(claims: Omit<Claims, 'iat' | 'exp' | 'jti'>, ttlSeconds: number): Promise<{ token: string; expiresIn: number; jti: string }> {
      const iat = Math.floor(clock() / 1000)
      const jti = randomUUID()
      const payload: Claims = { ...claims, iat, exp: iat + ttlSeconds, jti }
      const signed = `${header}.${encode(JSON.stringify(payload))}`
      const signature = await keyring.sign(Buffer.from(signed))
      return { token: `${signed}.${Buffer.from(signature).toString('base64url')}`, expiresIn: ttlSeconds, jti }
    },

    /** @throws Problem `auth.required`, one and the same for every fault. */
    verify(token: string): Claims {
      const key = createHash('sha256').update(token).digest('base64')
      const claims = verified.get(key) ?? open(token)
      const now = clock() / 1000
      if (!claims || claims.exp <= now || claims.iat > now + SKEW_SECONDS) {
        verified.delete(key)
        throw refused()
      }
      verified.set(key, claims)
      return claims
    },
  }

  function open(token: string): Claims | undefined {
    const [head, body, signature, ...rest] = token.split('.')
    if (head !== header || !body || !signature || rest.length > 0) return undefined
    const [payload, proof] = [decode(body), decode(signature)]
    if (!payload || !proof || !verifySignature(Buffer.from(`${head}.${body}`), proof)) return undefined
    return claimsOf(payload)
  }
}

function encode(text: string): string {
  return Buffer.from(text).toString('base64url')
}

/** Undefined unless it is the one canonical base64url form of its bytes. */
function decode(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.toString('base64url') === segment ? bytes : undefined
}

/** The payload by type; undefined when anything is not as we write it. */
function claimsOf(payload: Buffer): Claims | undefined {
  let claims: Partial<Record<keyof Claims, unknown>>
  try {
    claims = JSON.parse(payload.toString('utf8')) as typeof claims
  } catch {
    return undefined
  }
  const { sub, org, iat, exp, jti, gen, akid } = claims
  const sound =
    typeof sub === 'string' &&
    SUBJECT.test(sub) &&
    typeof org === 'string' &&
    ORG.test(org) &&
    [iat, exp, gen].every(value => Number.isSafeInteger(value)) &&
    typeof jti === 'string' &&
    (akid === undefined || typeof akid === 'string')
  return sound ? (claims as Claims) : undefined
}

function refused(): Problem {
  return new Problem('auth.required', 'A valid token is needed.')
}
