import { canonicalFingerprint } from '../../../src/crypto/certificate-fingerprint.ts'
import { Problem } from '../../../src/problem.ts'
import { type KeySlot, slotOf } from '../../credentials/agent-keys.ts'
import { firstFound, type KeyHasher } from '../../credentials/api-keys.ts'
import { type Sessions, type TokenReply, TTL } from '../../credentials/sessions.ts'
import type { Database } from '../../db/database.ts'
import { together } from '../../db/together.ts'
import type { ClientCertificate } from '../../http/client-certificate.ts'
import type { Visitor } from '../../policy/actor.ts'
import type { NewEvent } from '../../policy/event.ts'
import { authEvent, authFailure } from '../../policy/event.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentRow, AgentStore } from '../../stores/agents.ts'
import type { ApiKeyStore } from '../../stores/api-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { OrgPrincipal, PolicyStore, Reach } from '../../stores/policies/policies.ts'
import { ceilingsOf, MOST_INFORMING, ownCeilings } from './agent-ceilings.ts'
import type { ClientAssertions } from './client-assertions.ts'
import type { LastUse } from './last-use.ts'

/** The record of when a key was last used. */
interface Noted {
  readonly apiKeys: ApiKeyStore
  readonly agents: AgentStore
  readonly audit: AuditStore
}

export interface KeyLoginDeps {
  readonly database: Database<Noted & { accounts: AccountStore; policies: PolicyStore }>
  readonly keys: KeyHasher
  readonly sessions: Sessions
  readonly assertions: ClientAssertions
  readonly lastUse: Pick<LastUse, 'isDue' | 'remember' | 'renewed'>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** The key that an agent sent. */
interface UsedKey {
  readonly hash: string
  readonly slot: KeySlot
}

export type KeyLogin = ReturnType<typeof keyLogin>

/**
 * Exchanges a personal API key or an agent's key for a token. Keys have 256 bits of entropy, so this endpoint needs no lock against
 * guessing.
 */
export function keyLogin({ database, keys, sessions, assertions, lastUse, record, clock }: KeyLoginDeps) {
  // Agents that arrive together share their look-ups: the hand-over to the thread takes longer than reading the rows.
  const agentWithKey = together<string, AgentRow | undefined>(hashes => database.read(({ agents }) => agents.byKeyHashes(hashes)))
  const reachOf = together<OrgPrincipal, Reach>(whose =>
    database.read(({ policies }) => policies.reach(whose, clock(), MOST_INFORMING)),
  )

  return {
    async user(apiKey: string, { ip }: Visitor): Promise<TokenReply> {
      const hashes = keys.hashes(apiKey)
      const [key, hash] = await firstFound(hashes, each => database.read(({ apiKeys }) => apiKeys.byHash(each)))
      const usable = key !== undefined && isLive(key, clock())
      const member = usable ? await database.read(({ accounts }) => accounts.member(key.user_id, key.org_id)) : undefined
      if (!usable || member?.key_generation !== key.generation) {
        await record([authFailure('api_key', key && { type: 'user', id: key.user_id, orgId: key.org_id }, ip)])
        throw refused()
      }
      const who = { type: 'user', id: member.id, orgId: key.org_id } as const
      const event = authEvent('auth.success', who, ip, { method: 'api_key', key_id: key.id })
      await noteUse(key.id, event, ({ apiKeys }, now) => apiKeys.touch(key.org_id, key.id, now, ip))
      lastUse.renewed(hash, hashes[0])
      return sessions.forUser({
        userId: member.id,
        orgId: key.org_id,
        generation: member.token_generation,
        apiKeyId: key.id,
        scopes: key.scopes,
      })
    },

    /** If `agentId` is given, the key must belong to it. The reply names agent and vaults only if it was not. */
    async agent(
      apiKey: string,
      agentId: string | undefined,
      { ip }: Visitor,
    ): Promise<TokenReply & { agent_id?: string; vault_ids?: string[] }> {
      const hashes = keys.hashes(apiKey)
      const [agent, hash] = await firstFound(hashes, agentWithKey)
      const slot = agent && slotOf(agent, hash, clock())
      if (!agent || !slot || !isUsable(agent) || (agentId !== undefined && agentId.toLowerCase() !== agent.id)) {
        await record([authFailure('agent_key', agent && { type: 'agent', id: agent.id, orgId: agent.org_id }, ip)])
        throw refused()
      }
      const { vaultIds, token } = await enter(agent, 'agent_key', ip, { hash, slot })
      lastUse.renewed(hash, hashes[0])
      return agentId === undefined ? { ...token, agent_id: agent.id, vault_ids: vaultIds } : token
    },

    /** Signs in an agent that an OIDC issuer vouches for, so that it needs no key. */
    async workload(assertion: string, agentId: string, { ip }: Visitor): Promise<TokenReply> {
      const agent = await database.read(({ agents }) => agents.ofAnyOrg(agentId.toLowerCase()))
      const { auth_method: method, oidc_issuer: issuer, oidc_client_id: clientId } = agent ?? {}
      const isWorkload = agent && isUsable(agent) && method === 'oidc_client_credentials' && issuer && clientId
      if (!isWorkload || !(await assertions.verify(assertion, { issuer, clientId }))) {
        await record([authFailure('oidc', agent && { type: 'agent', id: agent.id, orgId: agent.org_id }, ip)])
        throw new Problem('auth.failed', 'The token of the OIDC issuer was not accepted.')
      }
      return (await enter(agent, 'oidc', ip)).token
    },

    /** Signs in an agent with the client certificate of its TLS connection. An expired certificate is refused. */
    async certificate(certificate: ClientCertificate | undefined, agentId: string, { ip }: Visitor): Promise<TokenReply> {
      const agent = await database.read(({ agents }) => agents.ofAnyOrg(agentId.toLowerCase()))
      if (!agent || !isUsable(agent) || !isThisCertificate(agent, certificate)) {
        await record([authFailure('mtls', agent && { type: 'agent', id: agent.id, orgId: agent.org_id }, ip)])
        throw new Problem('auth.failed', 'The client certificate was not accepted.')
      }
      return (await enter(agent, 'mtls', ip)).token
    },
  }

  function isThisCertificate(agent: AgentRow, certificate: ClientCertificate | undefined): boolean {
    if (!certificate || agent.auth_method !== 'mtls' || agent.client_cert_fingerprint === null) return false
    const now = clock()
    if (now < certificate.validFrom || now > certificate.validTo) return false
    return canonicalFingerprint(agent.client_cert_fingerprint) === certificate.fingerprint
  }

  async function enter(
    agent: AgentRow,
    method: string,
    ip: string,
    by?: UsedKey,
  ): Promise<{ vaultIds: string[]; token: TokenReply }> {
    const who = { type: 'agent', id: agent.id, orgId: agent.org_id } as const
    await noteUse(by?.hash ?? agent.id, authEvent('auth.success', who, ip, { method }), ({ agents }, now) =>
      by ? agents.touchKey(who.orgId, who.id, by.hash, now, ip) : agents.touch(who.orgId, who.id, now),
    )
    const { scopes, vaultIds } = ownCeilings(agent) ?? ceilingsOf(agent, await reachOf(who))
    const token = await sessions.forAgent({
      agentId: agent.id,
      orgId: agent.org_id,
      generation: agent.token_generation,
      scopes,
      vaultIds,
      intentsEnabled: agent.intents_api_enabled,
      ttl: by?.slot === 'previous' ? endingWithKey(agent, clock()) : agent.token_ttl_seconds,
    })
    return { vaultIds, token }
  }

  /** Records a use and, when it is due, the time of the last use. Usually it is not due, and events share commits. */
  async function noteUse(id: string, event: NewEvent, touch: (stores: Noted, now: number) => Promise<void>): Promise<void> {
    if (!lastUse.isDue(id)) return record([event])
    await database.run(async stores => {
      await touch(stores, clock())
      await stores.audit.append([event], clock())
    })
    lastUse.remember(id)
  }

  function isUsable(agent: AgentRow): boolean {
    return isLive(agent, clock())
  }
}

/** A token made from an expiring key is valid for no longer than the key. Seconds. */
function endingWithKey({ token_ttl_seconds: ttl, old_key_ends_at: end }: AgentRow, now: number): number {
  return Math.max(1, Math.min(ttl ?? TTL.agent, Math.floor(((end ?? now) - now) / 1000)))
}

function refused(): Problem {
  return new Problem('auth.failed', 'The key was not accepted.')
}
