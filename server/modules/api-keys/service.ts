import { randomUUID } from 'node:crypto'
import type { createApiKey } from '../../../src/contract/api-keys.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import { checkScopes, endMs } from '../../http/checks.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { UserActor, Visitor } from '../../policy/actor.ts'
import { isConfined, recentSignIn } from '../../policy/authorize.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { ApiKey, ApiKeyStore } from '../../stores/api-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { EnsureRoom, HoldingStore } from '../../stores/billing/holdings.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { OutboxStore } from '../../stores/outbox.ts'

export interface ApiKeyDeps {
  readonly database: Database<{
    accounts: AccountStore
    apiKeys: ApiKeyStore
    plans: PlanStore
    holdings: HoldingStore
    audit: AuditStore
    outbox: OutboxStore
  }>
  readonly ensureRoom: EnsureRoom
  readonly keys: KeyHasher
  readonly templates: MailTemplates
  readonly clock: () => number
}

export type ApiKeys = ReturnType<typeof apiKeys>

/** A person's long-lived keys. */
export function apiKeys({ database, keys, templates, ensureRoom, clock }: ApiKeyDeps) {
  return {
    async create(actor: UserActor, body: BodyOf<typeof createApiKey>, { ip }: Visitor): Promise<ReplyOf<typeof createApiKey>> {
      const { token } = actor
      if (actor.apiKeyId !== undefined || !token)
        throw new Problem('policy.denied', 'An API key cannot make API keys; sign in to make one.')
      recentSignIn(actor, clock())
      const { key, prefix, hash } = keys.create('user')
      const now = clock()
      const row = {
        id: randomUUID(),
        org_id: actor.orgId,
        user_id: actor.id,
        name: body.name,
        key_prefix: prefix,
        key_hash: hash,
        scopes: checkScopes(body.scopes ?? []),
        is_active: true,
        created_at: now,
        expires_at: endMs(body.expires_at, now),
        last_used_at: null,
      }
      await database.run(async stores => {
        const { accounts, apiKeys, audit, outbox } = stores
        const member = await accounts.member(actor.id, actor.orgId)
        // Whoever has just been cut off leaves no key behind.
        if (member?.token_generation !== token.generation) throw new Problem('auth.required', 'A valid token is needed.')
        await ensureRoom(stores, actor.orgId, 'apiKeys')
        await apiKeys.add({ ...row, generation: member.key_generation })
        await outbox.add(templates.apiKeyCreated(actor.email, row))
        await audit.append([event('api_key.create', actor, row.id, ip)], now)
      })
      return { key: keyBody(row), api_key: key }
    },

    async list(actor: UserActor) {
      const keys = await database.read(({ apiKeys }) => apiKeys.ofUser(actor.id))
      return keys.filter(key => concerns(actor, key)).map(keyBody)
    },

    async revoke(actor: UserActor, id: string, { ip }: Visitor): Promise<void> {
      await database.run(async ({ apiKeys, audit }) => {
        const key = (await apiKeys.ofUser(actor.id)).find(own => own.id === id)
        if (!key || !concerns(actor, key) || !(await apiKeys.revoke(id, actor.id)))
          throw new Problem('resource.unknown', 'There is no active API key with this id.')
        await audit.append([event('api_key.revoke', actor, id, ip)], clock())
      })
    },
  }
}

/**
 * Whether a key is any business of the credential: a person's keys are the person's; a key knows those of its own organisation; one that
 * is confined to paths knows itself alone.
 */
function concerns(actor: UserActor, key: ApiKey): boolean {
  if (actor.apiKeyId === undefined) return true
  return isConfined(actor) ? key.id === actor.apiKeyId : key.org_id === actor.orgId
}

function event(action: string, actor: UserActor, id: string, ip: string): NewEvent {
  return grantEvent({ actor, orgId: actor.orgId, ip }, action, { resourceType: 'api_key', resourceId: id })
}

function keyBody(row: Omit<ApiKey, 'generation'>) {
  const instant = (at: number) => new Date(at).toISOString()
  return {
    id: row.id,
    name: row.name,
    key_prefix: row.key_prefix,
    scopes: [...row.scopes],
    is_active: row.is_active,
    created_at: instant(row.created_at),
    ...(row.expires_at !== null && { expires_at: instant(row.expires_at) }),
    ...(row.last_used_at !== null && { last_used_at: instant(row.last_used_at) }),
  }
}
