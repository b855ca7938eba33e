import type { createRemoteJWKSet, JWTPayload } from 'jose'
import { Problem } from '../../../src/problem.ts'
import type { Outbound } from '../../http/outbound.ts'

export interface ClientAssertionDeps {
  /** Issuers whose tokens are accepted; no other is ever contacted. */
  readonly issuers: readonly string[]
  /** The required audience of such a token: the address of this server. */
  readonly audience: () => string
  readonly http: Pick<Outbound, 'get'>
  readonly clock: () => number
}

export interface ClientAssertions {
  /**
   * Whether the token is the issuer's, for this server, and about the client (`sub`, `azp` or `client_id`; RFC 7523 §3, RFC 9068).
   * @throws Problem `feature.unconfigured` for an issuer that is not configured, `server.busy` if it cannot be reached.
   */
  verify(assertion: string, expected: { readonly issuer: string; readonly clientId: string }): Promise<boolean>
}

const ALGORITHMS = ['RS256', 'PS256', 'ES256', 'EdDSA']
const TIMEOUT_MS = 5_000
const MAX_BYTES = 256 * 1024
const DISCOVERY_MS = 3_600_000
/** The allowed difference between clocks, in seconds. */
const SKEW = 60

/** Loaded with the first token: few servers have an issuer. */
const jose = () => import('jose')

interface Keys {
  readonly at: number
  readonly set: Promise<ReturnType<typeof createRemoteJWKSet>>
}

/** Tokens that prove the identity of workloads, such as CI jobs and pods, with an OIDC issuer. */
export function clientAssertions({ issuers, audience, http, clock }: ClientAssertionDeps): ClientAssertions {
  const known = new Map<string, Keys>()

  async function fetchJson(url: string): Promise<Response> {
    const { status, body } = await http.get({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES })
    return new Response(body, { status: status === 200 ? 200 : 502, headers: { 'content-type': 'application/json' } })
  }

  /** OpenID Connect Discovery 1.0, §4: the document must name the issuer that it was requested from. */
  async function discover(issuer: string) {
    const reply = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
    const { issuer: named, jwks_uri: uri } = (await reply.json()) as Record<string, unknown>
    if (named !== issuer || typeof uri !== 'string') throw new Error('not the issuer')
    const { createRemoteJWKSet, customFetch } = await jose()
    return createRemoteJWKSet(new URL(uri), { timeoutDuration: TIMEOUT_MS, [customFetch]: (url: string) => fetchJson(url) })
  }

  async function keysOf(issuer: string) {
    let keys = known.get(issuer)
    if (!keys || clock() - keys.at > DISCOVERY_MS) {
      keys = { at: clock(), set: discover(issuer) }
      known.set(issuer, keys)
    }
    try {
      return await keys.set
    } catch (cause) {
      known.delete(issuer)
      throw unreachable(cause)
    }
  }

  return {
    async verify(assertion, { issuer, clientId }) {
      if (!issuers.includes(issuer)) {
        throw new Problem(
          'feature.unconfigured',
          'This server does not accept tokens of that issuer. ONECLAW_AGENT_ISSUERS names those that it accepts.',
        )
      }
      const keys = await keysOf(issuer)
      try {
        const { jwtVerify } = await jose()
        const { payload } = await jwtVerify(assertion, keys, {
          issuer,
          audience: audience(),
          algorithms: ALGORITHMS,
          clockTolerance: SKEW,
          currentDate: new Date(clock()),
          requiredClaims: ['sub', 'iat', 'exp'],
        })
        return isAbout(payload, clientId)
      } catch (error) {
        if (await isOfToken(error)) return false
        throw unreachable(error)
      }
    },
  }
}

function isAbout({ sub, azp, client_id }: JWTPayload, clientId: string): boolean {
  return [sub, azp, client_id].includes(clientId)
}

/** An unknown key is a fault of the token; a failure to fetch the issuer's keys is not. */
async function isOfToken(error: unknown): Promise<boolean> {
  const { errors } = await jose()
  if (error instanceof errors.JWKSTimeout || error instanceof errors.JWKSInvalid) return false
  return error instanceof errors.JOSEError && error.code !== 'ERR_JOSE_GENERIC'
}

function unreachable(cause: unknown): Problem {
  return new Problem('server.busy', 'The OIDC issuer cannot be reached; try again in a moment.', { retryAfter: 5, cause })
}
