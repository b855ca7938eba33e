import type { Problem } from '../../../src/problem.ts'
import { slotOf } from '../../credentials/agent-keys.ts'
import { firstFound, type Hashes, KEY_PREFIXES, type KeyHasher } from '../../credentials/api-keys.ts'
import type { Claims } from '../../credentials/claims.ts'
import type { Issuer } from '../../credentials/jwt.ts'
import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { Actor, AgentActor, Role, UserActor } from '../../policy/actor.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentRow, AgentStore } from '../../stores/agents.ts'
import type { ApiKey, ApiKeyStore } from '../../stores/api-keys.ts'
import type { ConsoleSessionStore } from '../../stores/console-sessions.ts'
import type { AuthStore } from '../../stores/sign-in.ts'
import type { LastUse } from './last-use.ts'

export interface IdentitiesDeps {
  readonly database: Database<{
    accounts: AccountStore
    auth: AuthStore
    agents: AgentStore
    apiKeys: ApiKeyStore
    consoleSessions: ConsoleSessionStore
  }>
  readonly issuer: Issuer
  readonly keys: KeyHasher
  readonly used: LastUse
  readonly clock: () => number
}

const MAX_CACHED = 50_000

/**
 * Turns a bearer credential into the current actor. A token's signature and claims prove to whom it was issued. Whether it is still valid
 * (not revoked, and not older than its principal's last change of password, key or state) is checked against the current database. Results
 * are cached, and every change drops them.
 */
export function identities({
  database,
  issuer,
  keys,
  used,
  clock,
}: IdentitiesDeps): (credential: string, ip: string) => Promise<Actor | undefined> {
  const cached = <V>(topic: (key: string) => string, load: (key: string) => Promise<V>) =>
    liveCache<string, V>({ database, topic, load, max: MAX_CACHED })

  const members = cached(
    key => `user:${key.slice(0, 36)}`,
    key => database.read(({ accounts }) => accounts.member(key.slice(0, 36), key.slice(37))),
  )
  const agents = cached(
    id => `agent:${id}`,
    id => database.read(store => store.agents.ofAnyOrg(id)),
  )
  const revoked = cached(
    jti => `token:${jti}`,
    jti => database.read(({ auth }) => auth.isRevoked(jti)),
  )
  const consoleSessions = cached(
    id => `session:${id}`,
    id => database.read(store => store.consoleSessions.exists(id)),
  )
  const apiKeys = cached(
    key => `api-key:${key.slice(0, 36)}`,
    key => database.read(store => store.apiKeys.byId(key.slice(37), key.slice(0, 36))),
  )
  const apiKeysByHash = cached(
    hash => `api-key:${hash}`,
    hash => database.read(store => store.apiKeys.byHash(hash)),
  )
  const agentIdsByHash = cached(
    () => 'agent-keys',
    async hash => (await database.read(store => store.agents.byKeyHash(hash)))?.id,
  )

  return (credential, ip) => {
    if (credential.startsWith(KEY_PREFIXES.user)) return byApiKey(keys.hashes(credential), ip)
    if (credential.startsWith(KEY_PREFIXES.agent)) return byAgentKey(keys.hashes(credential), ip)
    return byToken(credential)
  }

  async function byToken(token: string): Promise<Actor | undefined> {
    const claims = verified(token)
    if (!claims || (await revoked.get(claims.jti))) return undefined
    const { jti, exp, gen, sid, via, auth_time: signedInAt } = claims
    const presented = { jti, exp, generation: gen, ...(signedInAt !== undefined && { signedInAt }), ...(via && { via }) }
    const id = claims.sub.slice(claims.sub.indexOf(':') + 1)
    if (claims.sub.startsWith('agent:')) {
      const agent = await agents.get(id)
      return agent && agent.token_generation === claims.gen && agent.org_id === claims.org
        ? agentActor(agent, { token: presented })
        : undefined
    }
    const key = claims.akid === undefined ? undefined : await apiKeys.get(`${claims.akid}:${claims.org}`)
    if (claims.akid !== undefined && !isUsable(key)) return undefined
    if (sid !== undefined && !(await consoleSessions.get(sid))) return undefined
    return userActor(id, claims.org, key, { token: presented, ...(sid !== undefined && { sessionId: sid }) })
  }

  function verified(token: string): Claims | undefined {
    try {
      return issuer.verify(token)
    } catch (error) {
      if ((error as Problem).code === 'auth.required') return undefined
      throw error
    }
  }

  async function byApiKey(hashes: Hashes, ip: string): Promise<Actor | undefined> {
    const [key, hash] = await firstFound(hashes, each => apiKeysByHash.get(each))
    if (!key || !isUsable(key)) return undefined
    used.apiKey(key, ip)
    used.renewed(hash, hashes[0])
    return userActor(key.user_id, key.org_id, key, {})
  }

  async function byAgentKey(hashes: Hashes, ip: string): Promise<Actor | undefined> {
    const [id, hash] = await firstFound(hashes, each => agentIdsByHash.get(each))
    const agent = id === undefined ? undefined : await agents.get(id)
    const actor = agent && slotOf(agent, hash, clock()) ? agentActor(agent, {}) : undefined
    if (!actor) return undefined
    used.agent(actor, hash, ip)
    used.renewed(hash, hashes[0])
    return actor
  }

  async function userActor(
    id: string,
    orgId: string,
    key: ApiKey | undefined,
    session: Pick<UserActor, 'token' | 'sessionId'>,
  ): Promise<UserActor | undefined> {
    const member = await members.get(`${id}:${orgId}`)
    if (!member || (session.token && member.token_generation !== session.token.generation)) return undefined
    if (key && member.key_generation !== key.generation) return undefined
    return {
      type: 'user',
      id,
      orgId,
      email: member.email,
      role: member.role as Role,
      scopes: key?.scopes ?? [],
      vaultIds: [],
      ...(key && { apiKeyId: key.id }),
      ...session,
    }
  }

  function agentActor(agent: AgentRow, session: Pick<AgentActor, 'token'>): AgentActor | undefined {
    if (!isLive(agent, clock())) return undefined
    return {
      type: 'agent',
      id: agent.id,
      orgId: agent.org_id,
      scopes: agent.scopes,
      vaultIds: agent.vault_ids,
      intentsEnabled: agent.intents_api_enabled,
      ...(agent.created_by !== null && { createdBy: agent.created_by }),
      ...session,
    }
  }

  function isUsable(key: ApiKey | undefined): key is ApiKey {
    return key !== undefined && isLive(key, clock())
  }
}
