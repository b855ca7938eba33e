import type { createRemoteJWKSet } from 'jose'
import type { Outbound } from '../../http/outbound.ts'

/** The published keys of an issuer, fetched when they are needed and cached. */
export type IssuerKeys = ReturnType<typeof createRemoteJWKSet>

const TIMEOUT_MS = 5_000
const MAX_BYTES = 256 * 1024
/**
 * A token with an unknown key can be of a key that the issuer has just added, so the keys are fetched again, but not within this time
 * after the last fetch: anyone can send such tokens.
 */
const COOLDOWN_MS = 1_000

/** What OIDC issuers publish, through the restricted outbound client. */
export function issuerDocuments(http: Pick<Outbound, 'get'>) {
  async function fetchJson(url: string): Promise<Response> {
    const { status, body } = await http.get({ url, timeoutMs: TIMEOUT_MS, maxBytes: MAX_BYTES })
    return new Response(body, { status: status === 200 ? 200 : 502, headers: { 'content-type': 'application/json' } })
  }

  return {
    /** OpenID Connect Discovery 1.0, §4: the document must name the issuer that it was requested from. */
    async discover(issuer: string): Promise<Readonly<Record<string, unknown>> & { readonly jwks_uri: string }> {
      const reply = await fetchJson(`${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`)
      const document = (await reply.json()) as Record<string, unknown>
      const { issuer: named, jwks_uri } = document
      if (named !== issuer || typeof jwks_uri !== 'string') throw new Error('not the issuer')
      return { ...document, jwks_uri }
    },

    async keysAt(uri: string): Promise<IssuerKeys> {
      // Loaded with the first token: few servers have an issuer.
      const { createRemoteJWKSet, customFetch } = await import('jose')
      return createRemoteJWKSet(new URL(uri), {
        timeoutDuration: TIMEOUT_MS,
        cooldownDuration: COOLDOWN_MS,
        [customFetch]: (url: string) => fetchJson(url),
      })
    },
  }
}
