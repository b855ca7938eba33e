import type { Via } from './claims.ts'
import type { Issuer } from './jwt.ts'

/** RFC 6749 §5.1. */
export interface TokenReply {
  readonly access_token: string
  readonly token_type: string
  /** Seconds. */
  readonly expires_in: number
}

/** Lifetimes in seconds. */
export const TTL = { user: 900, agent: 3600, device: 86_400 } as const

/** Seconds after a person's sign-in for which the login of a terminal can be renewed: no longer than a console session lasts. */
export const LONGEST_LOGIN = 7 * 86_400

export interface UserSession {
  readonly userId: string
  readonly orgId: string
  readonly generation: number
  /** The personal API key that it is created from, if any: the token ends with the key. */
  readonly apiKeyId?: string
  /** The console session it belongs to, if any: the token ends with it. */
  readonly sessionId?: string | undefined
  /** When the person signed in, in epoch milliseconds. */
  readonly signedInAt?: number | undefined
  /** How the token is created, if not by a sign-in. */
  readonly via?: Via | undefined
  readonly scopes?: readonly string[]
  readonly ttl?: number
  /** The token that it replaces: revoking either ends both. */
  readonly jti?: string
}

export interface AgentSession {
  readonly agentId: string
  readonly orgId: string
  readonly generation: number
  readonly scopes: readonly string[]
  readonly vaultIds: readonly string[]
  readonly intentsEnabled: boolean
  readonly ttl: number | null
}

export type Sessions = ReturnType<typeof sessions>

/** Creates the token replies; the only caller of the token issuer. */
export function sessions(issuer: Issuer) {
  const reply = ({ token, expiresIn }: { token: string; expiresIn: number }): TokenReply => ({
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresIn,
  })
  return {
    async forUser({
      userId,
      orgId,
      generation,
      apiKeyId,
      sessionId,
      signedInAt,
      via,
      scopes,
      ttl,
      jti,
    }: UserSession): Promise<TokenReply> {
      const claims = {
        sub: `user:${userId}`,
        org: orgId,
        gen: generation,
        ...(apiKeyId !== undefined && { akid: apiKeyId }),
        ...(sessionId !== undefined && { sid: sessionId }),
        ...(signedInAt !== undefined && { auth_time: Math.floor(signedInAt / 1000) }),
        ...(via !== undefined && { via }),
        ...(scopes && scopes.length > 0 && { scopes: [...scopes] }),
      }
      return reply(await issuer.sign(claims, ttl ?? TTL.user, jti))
    },

    async forAgent({ agentId, orgId, generation, scopes, vaultIds, intentsEnabled, ttl }: AgentSession): Promise<TokenReply> {
      const claims = {
        sub: `agent:${agentId}`,
        org: orgId,
        gen: generation,
        scopes: [...scopes],
        vault_ids: [...vaultIds],
        intents_api_enabled: intentsEnabled,
      }
      return reply(await issuer.sign(claims, ttl ?? TTL.agent))
    },
  }
}
