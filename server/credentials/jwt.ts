import { hash, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { signingKeyId } from '../../src/crypto/signing-keys.ts'
import { Problem } from '../../src/problem.ts'
import type { Lineage, Open } from '../keys/lineage.ts'
import { verifierOf } from '../keys/primitives/ed25519.ts'
import type { SigningKey } from '../keys/signing-keys.ts'
import { type Claims, claimsOf, isCurrent } from './claims.ts'

export type { Claims } from './claims.ts'

export interface IssuedToken {
  readonly token: string
  /** Seconds. */
  readonly expiresIn: number
  readonly jti: string
}

/** The public key as a JWK (RFC 8037, 2). */
export interface PublicJwk {
  readonly kty: 'OKP'
  readonly crv: 'Ed25519'
  readonly x: string
  readonly kid: string
  readonly alg: 'EdDSA'
  readonly use: 'sig'
}

export interface Issuer {
  /**
   * @throws Problem `keys.unavailable`
   * @throws Problem `resource.limit`: more scopes and vaults than a header can carry.
   */
  sign(claims: Omit<Claims, 'iat' | 'exp' | 'jti'>, ttlSeconds: number, jti?: string): Promise<IssuedToken>
  /**
   * The claims of a token that this installation signed and that has not expired. The caller checks revocation and the token generation.
   * @throws Problem `auth.required`, the same for every fault
   */
  verify(token: string): Claims
  /** The key that signs new tokens. */
  jwk(): PublicJwk
  /** All keys whose tokens are accepted, newest first. */
  jwks(): PublicJwk[]
}

/** The precomputed parts of each key. */
interface Prepared {
  readonly jwk: PublicJwk
  readonly header: string
  readonly accepts: ReturnType<typeof verifierOf>
}

/** Longer than any token that we issue, and than most servers allow for a header. */
const LONGEST = 16_384
const REMEMBERED = 10_000

/**
 * JWT (RFC 7519) with EdDSA (RFC 8037). The header is not interpreted: there is one for each key, and a token either starts with exactly
 * those characters or is refused. So there is no `alg` to choose, no `kid` to look up and no `jwk`, `jku` or `crit` to be misled by.
 * @param keys the accepted keys
 * @param clock the time in epoch milliseconds
 */
export function issuer(keys: Lineage<SigningKey>, clock: () => number): Issuer {
  const known = new WeakMap<SigningKey, Prepared>()
  const remembered = new LRUCache<string, { claims: Claims; by: SigningKey }>({ max: REMEMBERED })
  const seconds = (): number => Math.floor(clock() / 1_000)

  const prepared = ({ key }: Open<SigningKey>): Prepared => {
    const made = known.get(key) ?? prepare(key)
    known.set(key, made)
    return made
  }

  const check = (token: string): { claims: Claims; by: SigningKey } | undefined => {
    if (token.length > LONGEST) return undefined
    const [head, payload, signature, ...rest] = token.split('.')
    const open = keys.accepted().find(each => prepared(each).header === head)
    if (!open || payload === undefined || signature === undefined || rest.length > 0) return undefined
    const body = decode(payload)
    const mark = decode(signature)
    if (!body || mark?.length !== 64 || !prepared(open).accepts(Buffer.from(`${head}.${payload}`), mark)) return undefined
    const claims = claimsOf(body)
    return claims && { claims, by: open.key }
  }

  return {
    jwk: () => prepared(keys.current()).jwk,
    jwks: () => keys.accepted().map(open => prepared(open).jwk),
    async sign(claims, ttlSeconds, jti = randomUUID()) {
      if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1) throw new RangeError('A token lives a whole number of seconds')
      const iat = seconds()
      const payload = encode(Buffer.from(JSON.stringify({ ...claims, iat, exp: iat + ttlSeconds, jti })))
      const current = keys.current()
      const { header } = prepared(current)
      const signature = await current.key.sign(Buffer.from(`${header}.${payload}`))
      const token = `${header}.${payload}.${encode(signature)}`
      if (token.length > LONGEST) throw new Problem('resource.limit', 'The token would be too long: too many vaults or scopes.')
      return { token, expiresIn: ttlSeconds, jti }
    },
    verify(token) {
      // The cache key is the whole token: with only a part of it, the same part with another signature would be accepted.
      const key = hash('sha256', token, 'base64')
      const found = remembered.get(key) ?? check(token)
      const isAccepted = found !== undefined && keys.accepted().some(open => open.key === found.by)
      if (!isAccepted || !isCurrent(found.claims, seconds())) {
        remembered.delete(key)
        throw new Problem('auth.required', 'A valid token is needed.')
      }
      remembered.set(key, found)
      return found.claims
    },
  }
}

function prepare({ publicKey }: SigningKey): Prepared {
  const kid = signingKeyId(publicKey)
  return {
    jwk: { kty: 'OKP', crv: 'Ed25519', x: encode(publicKey), kid, alg: 'EdDSA', use: 'sig' },
    header: encode(Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid }))),
    accepts: verifierOf(publicKey),
  }
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Undefined unless this is the canonical form of these bytes: Node.js skips foreign characters and ignores loose bits at the end. */
function decode(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === segment ? bytes : undefined
}
