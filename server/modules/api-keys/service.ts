import { randomUUID } from 'node:crypto'
import type { createApiKey, rotateApiKey } from '../../../src/contract/api-keys.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import { checkScopes, endMs, invalidField } from '../../http/checks.ts'
import type { MailTemplates } from '../../mail/templates.ts'
import type { PresentedToken, UserActor, Visitor } from '../../policy/actor.ts'
import { isConfined, recentSignIn } from '../../policy/caller.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { ApiKey, ApiKeyStore } from '../../stores/api-keys.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { OutboxStore } from '../../stores/outbox.ts'

interface KeyStores {
  readonly accounts: AccountStore
  readonly apiKeys: ApiKeyStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly audit: AuditStore
  readonly outbox: OutboxStore
}

export interface ApiKeyDeps {
  readonly database: Database<KeyStores>
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
      const token = signedIn(actor)
      const now = clock()
      const wanted = { name: body.name, scopes: checkScopes(body.scopes ?? []), expires_at: endMs(body.expires_at, now) }
      const { row, key } = newKey(actor, wanted, now)
      await database.run(async stores => {
        await add(stores, actor, token, row)
        await stores.audit.append([event('api_key.create', actor, row.id, ip)], now)
      })
      return { key: keyBody(row), api_key: key }
    },

    /** A key that replaces another one, which keeps working for some time. */
    async rotate(
      actor: UserActor,
      id: string,
      keepUntil: string | undefined,
      { ip }: Visitor,
    ): Promise<ReplyOf<typeof rotateApiKey>> {
      const token = signedIn(actor)
      const now = clock()
      const until = keepUntil === undefined ? now + DEFAULT_DAYS * DAY_MS : Date.parse(keepUntil)
      if (until <= now) throw invalidField('keep_old_until', 'must be in the future')
      if (until > now + MOST_DAYS * DAY_MS) throw invalidField('keep_old_until', `may be at most ${MOST_DAYS} days ahead`)
      return database.run(async stores => {
        const old = await own(stores.apiKeys, actor, id)
        if (!old || old.org_id !== actor.orgId || !isLive(old, now)) throw unknownKey()
        const { name, scopes, created_at, expires_at: end } = old
        const { row, key } = newKey(actor, { name, scopes, expires_at: end === null ? null : now + (end - created_at) }, now)
        if (!(await stores.apiKeys.replace(id, actor.id, row.id, until))) {
          throw new Problem('resource.conflict', 'This API key has already been rotated. Rotate the key that took its place.')
        }
        await add(stores, actor, token, row)
        const details = { new_key: row.id, old_key_until: new Date(until).toISOString() }
        await stores.audit.append([{ ...event('api_key.rotate', actor, id, ip), details }], now)
        const replaced = { ...old, replaced_by: row.id, expires_at: Math.min(end ?? until, until) }
        return { key: keyBody(row), api_key: key, replaced: keyBody(replaced) }
      })
    },

    async list(actor: UserActor) {
      const keys = await database.read(({ apiKeys }) => apiKeys.ofUser(actor.id))
      return keys.filter(key => concerns(actor, key)).map(keyBody)
    },

    async revoke(actor: UserActor, id: string, { ip }: Visitor): Promise<void> {
      await database.run(async ({ apiKeys, audit }) => {
        if (!(await own(apiKeys, actor, id)) || !(await apiKeys.revoke(id, actor.id))) throw unknownKey()
        await audit.append([event('api_key.revoke', actor, id, ip)], clock())
      })
    },
  }

  /**
   * Creating keys requires a recent sign-in.
   * @throws Problem `policy.denied`
   */
  function signedIn(actor: UserActor): PresentedToken {
    const { token } = actor
    if (actor.apiKeyId !== undefined || !token) {
      throw denied('signed-in-person', 'An API key cannot make API keys; sign in to make one.')
    }
    recentSignIn(actor, clock())
    return token
  }

  function newKey(actor: UserActor, wanted: Pick<ApiKey, 'name' | 'scopes' | 'expires_at'>, now: number) {
    const { key, prefix, hash } = keys.create('user')
    const used = { last_used_at: null, last_used_from: null, replaced_by: null }
    const whose = { id: randomUUID(), org_id: actor.orgId, user_id: actor.id }
    return { key, row: { ...whose, ...wanted, ...used, key_prefix: prefix, key_hash: hash, is_active: true, created_at: now } }
  }

  async function add(stores: KeyStores, actor: UserActor, token: PresentedToken, row: Omit<ApiKey, 'generation'>): Promise<void> {
    const { accounts, apiKeys, outbox } = stores
    const member = await accounts.member(actor.id, actor.orgId)
    // A person who has just lost access must not leave a key behind.
    if (member?.token_generation !== token.generation) throw new Problem('auth.required', 'A valid token is needed.')
    await ensureRoom(stores, actor.orgId, 'apiKeys')
    await apiKeys.add({ ...row, generation: member.key_generation })
    await outbox.add(templates.apiKeyCreated(actor.email, row))
  }
}

const DAY_MS = 86_400_000
const DEFAULT_DAYS = 7
/** A key that is being replaced must end within this time. */
const MOST_DAYS = 90

/** A key of the person, if the credential can manage it. */
async function own(apiKeys: ApiKeyStore, actor: UserActor, id: string): Promise<ApiKey | undefined> {
  return (await apiKeys.ofUser(actor.id)).find(key => key.id === id && concerns(actor, key))
}

function unknownKey(): Problem {
  return new Problem('resource.unknown', 'There is no active API key with this id.')
}

/**
 * Whether the credential can see a key. A person sees all their keys; a key sees those of its own organisation; a key that is confined to
 * paths sees only itself.
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
    ...(row.last_used_from !== null && { last_used_from: row.last_used_from }),
    ...(row.replaced_by !== null && { replaced_by: row.replaced_by }),
  }
}
