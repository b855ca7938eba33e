import type { JWTPayload } from 'jose'
import { Problem } from '../../../src/problem.ts'
import type { Outbound } from '../../http/outbound.ts'
import { type IssuerKeys, issuerDocuments } from './issuer-keys.ts'

/** Which ID tokens are accepted (OpenID Connect Core 1.0, §3.1.3.7). */
export interface Issuer {
  readonly issuer: string
  readonly clientId: string
  /** Found by discovery when undefined. */
  readonly jwksUri: string | undefined
}

/** The person that an accepted token is about. */
export interface IdentityClaims {
  readonly subject: string
  readonly email: string
  readonly name: string | undefined
  /** Epoch milliseconds. */
  readonly expiresAt: number
}

export interface IdTokens {
  /** @throws Problem `auth.failed`, the same for every fault of a token; `server.busy` when the issuer cannot be reached */
  verify(idToken: string, nonce: string | undefined): Promise<IdentityClaims>
  /** The page of the issuer where a browser signs in. */
  authorizationEndpoint(): Promise<string>
}

interface Discovered {
  readonly authorizationEndpoint: string
  readonly jwksUri: string
}

const DISCOVERY_MS = 3_600_000
/** The allowed difference between clocks, in seconds. */
const SKEW = 60

/** Loaded with the first token: few servers have an issuer. */
const jose = () => import('jose')

/** Verifies ID tokens with the issuer's published keys, which are fetched through the restricted outbound client and cached. */
export function idTokens({ issuer, clientId, jwksUri }: Issuer, http: Pick<Outbound, 'get'>, clock: () => number): IdTokens {
  let discovery: { readonly at: number; readonly found: Promise<Discovered> } | undefined
  let keys: { readonly uri: string; readonly set: IssuerKeys } | undefined
  const documents = issuerDocuments(http)

  async function discover(): Promise<Discovered> {
    const { authorization_endpoint: authorizationEndpoint, jwks_uri: uri } = await documents.discover(issuer)
    if (typeof authorizationEndpoint !== 'string') throw new Error('no page to sign in')
    return { jwksUri: uri, authorizationEndpoint }
  }

  async function discovered(): Promise<Discovered> {
    if (!discovery || clock() - discovery.at > DISCOVERY_MS) discovery = { at: clock(), found: discover() }
    try {
      return await discovery.found
    } catch (cause) {
      discovery = undefined
      throw new Problem('server.busy', 'The OIDC issuer cannot be reached; try again in a moment.', { retryAfter: 5, cause })
    }
  }

  async function keySet() {
    const uri = jwksUri ?? (await discovered()).jwksUri
    if (keys?.uri !== uri) keys = { uri, set: await documents.keysAt(uri) }
    return keys.set
  }

  return {
    async verify(idToken, nonce) {
      const payload = await payloadOf(idToken, await keySet(), { issuer, clientId, now: clock() })
      const { sub, email, email_verified: verified, name } = payload
      if (nonce !== undefined && payload['nonce'] !== nonce) throw refused()
      // Some issuers write the flag as a string.
      if (typeof sub !== 'string' || typeof email !== 'string' || (verified !== true && verified !== 'true')) throw refused()
      const expiresAt = ((payload.exp ?? 0) + SKEW) * 1000
      return { subject: sub, email, name: typeof name === 'string' ? name : undefined, expiresAt }
    },

    async authorizationEndpoint() {
      return (await discovered()).authorizationEndpoint
    },
  }
}

async function payloadOf(
  idToken: string,
  keys: IssuerKeys,
  { issuer, clientId, now }: { issuer: string; clientId: string; now: number },
): Promise<JWTPayload> {
  try {
    const { jwtVerify } = await jose()
    const { payload } = await jwtVerify(idToken, keys, {
      issuer,
      audience: clientId,
      algorithms: ['RS256'],
      clockTolerance: SKEW,
      currentDate: new Date(now),
      requiredClaims: ['sub', 'iat', 'exp'],
    })
    // A token with several audiences is valid only for the client that requested it (§3.1.3.7, 4 and 5).
    const { aud, azp } = payload
    if ((azp !== undefined || (Array.isArray(aud) && aud.length > 1)) && azp !== clientId) throw refused()
    return payload
  } catch (error) {
    throw (await isOfToken(error)) ? refused() : unreachable(error)
  }
}

/** An unknown key is a fault of the token; a failure to fetch the issuer's keys is not. */
async function isOfToken(error: unknown): Promise<boolean> {
  if (error instanceof Problem) return true
  const { errors } = await jose()
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
}

function unreachable(cause: unknown): Problem {
  return new Problem('server.busy', 'The keys of the OIDC issuer cannot be fetched; try again in a moment.', {
    retryAfter: 5,
    cause,
  })
}

function refused(): Problem {
  return new Problem('auth.failed', 'The ID token was not accepted.')
}
