import type { z } from 'zod'
import type { TokenReply } from '../../../src/contract/fields.ts'
import type { Issuer } from '../../keys/jwt.ts'

export type TokenReplyBody = z.output<typeof TokenReply>

/** Lifetimes in seconds. */
export const TTL = { user: 900, agent: 3600, device: 86_400 } as const

export interface UserSession {
  readonly userId: string
  readonly orgId: string
  readonly generation: number
  /** The personal API key it is made from, if any: the token dies with the key. */
  readonly apiKeyId?: string
  readonly scopes?: readonly string[]
  readonly ttl?: number
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

/** Makes the token replies; the only caller of the token issuer. */
export function sessions(issuer: Issuer) {
  const reply = ({ token, expiresIn }: { token: string; expiresIn: number }): TokenReplyBody => ({
    access_token: token,
    token_type: 'Bearer',
    expires_in: expiresIn,
  })
  return {
    async forUser({ userId, orgId, generation, apiKeyId, scopes, ttl }: UserSession): Promise<TokenReplyBody> {
      const claims = {
        sub: `user:${userId}`,
        org: orgId,
        gen: generation,
        ...(apiKeyId !== undefined && { akid: apiKeyId }),
        ...(scopes && scopes.length > 0 && { scopes: [...scopes] }),
      }
      return reply(await issuer.sign(claims, ttl ?? TTL.user))
    },

    async forAgent({ agentId, orgId, generation, scopes, vaultIds, intentsEnabled, ttl }: AgentSession): Promise<TokenReplyBody> {
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
