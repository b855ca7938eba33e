import { createHash, hash, randomUUID } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { Problem } from '../../src/problem.ts'
import type { Keyring } from '../keys/keyring.ts'
import { verifierOf } from '../keys/primitives/ed25519.ts'
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
   * The claims of a token that this installation signed and that has not expired. Revocation and the token generation are the caller's.
   * @throws Problem `auth.required`, one and the same for every fault.
   */
  verify(token: string): Claims
  /** Issuers and checkers know the key by this. */
  readonly kid: string
  jwk(): PublicJwk
}

/** Longer than any token we issue, and than most servers let a header be. */
const LONGEST = 16_384
const REMEMBERED = 10_000

/**
 * JWT (RFC 7519) with EdDSA (RFC 8037). The header is not interpreted: there is one that we emit, and a token either begins with exactly
 * those characters or is refused. So there is no `alg` to choose, no `kid` to look up and no `jwk`, `jku` or `crit` to be led astray by.
 * @param clock the time in epoch milliseconds
 */
export function issuer(keyring: Pick<Keyring, 'publicKey' | 'sign'>, clock: () => number): Issuer {
  const x = encode(keyring.publicKey)
  const kid = thumbprint(x)
  const header = encode(Buffer.from(JSON.stringify({ alg: 'EdDSA', typ: 'JWT', kid })))
  const accepts = verifierOf(keyring.publicKey)
  const remembered = new LRUCache<string, Claims>({ max: REMEMBERED })
  const seconds = (): number => Math.floor(clock() / 1_000)

  const check = (token: string): Claims | undefined => {
    if (token.length > LONGEST) return undefined
    const [head, payload, signature, ...rest] = token.split('.')
    if (head !== header || payload === undefined || signature === undefined || rest.length > 0) return undefined
    const body = decode(payload)
    const mark = decode(signature)
    if (!body || mark?.length !== 64 || !accepts(Buffer.from(`${head}.${payload}`), mark)) return undefined
    return claimsOf(body)
  }

  return {
    kid,
    jwk: () => ({ kty: 'OKP', crv: 'Ed25519', x, kid, alg: 'EdDSA', use: 'sig' }),
    async sign(claims, ttlSeconds, jti = randomUUID()) {
      if (!Number.isSafeInteger(ttlSeconds) || ttlSeconds < 1) throw new RangeError('A token lives a whole number of seconds')
      const iat = seconds()
      const payload = encode(Buffer.from(JSON.stringify({ ...claims, iat, exp: iat + ttlSeconds, jti })))
      const signature = await keyring.sign(Buffer.from(`${header}.${payload}`))
      const token = `${header}.${payload}.${encode(signature)}`
      if (token.length > LONGEST) throw new Problem('resource.limit', 'The token would be too long: too many vaults or scopes.')
      return { token, expiresIn: ttlSeconds, jti }
    },
    verify(token) {
      // The whole token: a cache by any part of it would accept the part with another signature.
      const key = hash('sha256', token, 'base64')
      const claims = remembered.get(key) ?? check(token)
      if (!claims || !isCurrent(claims, seconds())) {
        remembered.delete(key)
        throw new Problem('auth.required', 'A valid token is needed.')
      }
      remembered.set(key, claims)
      return claims
    },
  }
}

/** RFC 7638 with the members that RFC 8037 requires, in their order. */
function thumbprint(x: string): string {
  return createHash('sha256').update(`{"crv":"Ed25519","kty":"OKP","x":"${x}"}`).digest('base64url')
}

function encode(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('base64url')
}

/** Undefined unless this is the one way to write these bytes: Node skips foreign characters and ignores loose bits at the end. */
function decode(segment: string): Buffer | undefined {
  const bytes = Buffer.from(segment, 'base64url')
  return bytes.length > 0 && bytes.toString('base64url') === segment ? bytes : undefined
}
