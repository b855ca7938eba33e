import type { JWTPayload } from 'jose'
import { Problem } from '../../../src/problem.ts'
import type { Outbound } from '../../http/outbound.ts'
import { type IssuerKeys, issuerDocuments } from './issuer-keys.ts'

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
const DISCOVERY_MS = 3_600_000
/** The allowed difference between clocks, in seconds. */
const SKEW = 60

/** Loaded with the first token: few servers have an issuer. */
const jose = () => import('jose')

interface Keys {
  readonly at: number
  readonly set: Promise<IssuerKeys>
}

/** Tokens that prove the identity of workloads, such as CI jobs and pods, with an OIDC issuer. */
export function clientAssertions({ issuers, audience, http, clock }: ClientAssertionDeps): ClientAssertions {
  const known = new Map<string, Keys>()
  const documents = issuerDocuments(http)
  const discover = async (issuer: string) => documents.keysAt((await documents.discover(issuer)).jwks_uri)

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
