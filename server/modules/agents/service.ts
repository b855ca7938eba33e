import type { registerAgent, updateAgent } from '../../../src/contract/agents.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { onlyKey } from '../../credentials/agent-keys.ts'
import type { KeyHasher } from '../../credentials/api-keys.ts'
import type { Database } from '../../db/database.ts'
import { invalidField } from '../../http/checks.ts'
import type { Actor, AgentActor } from '../../policy/actor.ts'
import { isOrgAdmin } from '../../policy/caller.ts'
import type { Action, Grant } from '../../policy/grant.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { EnsureRoom } from '../../stores/billing/resource-counts.ts'
import type { NewAgentStores, PrepareAgent } from '../../stores/requests/new-agent.ts'
import type { VaultStore } from '../../stores/vaults.ts'
import { boundsWith, ensureNoLooser } from './bounds.ts'
import { changesCredential, fieldsOf } from './fields.ts'
import type { Identities, Versions } from './identities.ts'
import { agentEvent, ensureHasKey, manageable, unknownAgent } from './managed.ts'
import { type AuthMethod, requireCredential } from './new-agent.ts'

export interface AgentDeps {
  readonly database: Database<NewAgentStores & { readonly vaults: VaultStore }>
  readonly keys: KeyHasher
  readonly prepare: PrepareAgent
  readonly ensureRoom: EnsureRoom
  readonly identities: Identities
  readonly versions: Pick<Versions, 'retrying'>
  readonly clock: () => number
}

export type Agents = ReturnType<typeof agents>

/** Registered agents. Only people create and change them. */
export function agents({ database, keys, prepare, ensureRoom, identities, versions, clock }: AgentDeps) {
  return {
    async register(
      grant: Grant<'agent.register'>,
      body: BodyOf<typeof registerAgent>,
    ): Promise<{ row: AgentRow; apiKey?: string }> {
      await ensureVaults(grant.orgId, body.vault_ids ?? [])
      return versions.retrying(async () => {
        const { row, apiKey, add } = await prepare(grant, body)
        await database.run(add)
        return { row, ...(apiKey !== undefined && { apiKey }) }
      })
    },

    /** People see every agent of the organisation; an agent sees itself. */
    async list({ actor, orgId }: Grant<'agent.list'>): Promise<AgentRow[]> {
      return database.read(async ({ agents }) => {
        if (actor.type === 'user') return agents.inOrg(orgId)
        const itself = await agents.byId(orgId, actor.id)
        return itself ? [itself] : []
      })
    },

    async get({ actor, orgId }: Grant<'agent.read'>, id: string): Promise<AgentRow> {
      const row = await database.read(stores => stores.agents.byId(orgId, id))
      if (!row || (actor.type === 'agent' && actor.id !== id)) throw unknownAgent()
      return row
    },

    async me({ orgId, id }: Pick<AgentActor, 'orgId' | 'id'>): Promise<AgentRow> {
      const row = await database.read(stores => stores.agents.byId(orgId, id))
      if (!row) throw unknownAgent()
      return row
    },

    /** Earlier tokens end when the agent is deactivated, or when it proves its identity in another way. */
    async update(grant: Grant<'agent.update'>, id: string, body: BodyOf<typeof updateAgent>): Promise<AgentRow> {
      await ensureVaults(grant.orgId, body.vault_ids ?? [])
      const before = await find(grant, id)
      const fields = { ...fieldsOf(body, clock(), before), ...(body.name !== undefined && { name: body.name }) }
      if (body.auth_method !== undefined && body.auth_method !== before.auth_method)
        throw invalidField('auth_method', 'cannot be changed; register another agent')
      requireCredential(before.auth_method as AuthMethod, { ...before, ...fields })
      // Fields are named by column: anything else in the body is the caller's own text and does not belong in the log.
      const details = { fields: Object.keys(fields).join(',') }
      const endTokens = body.is_active === false || changesCredential(before, fields)
      return change(grant, id, fields, endTokens, 'agent.update', details)
    },

    async deactivate(grant: Grant<'agent.deactivate'>, id: string): Promise<void> {
      await change(grant, id, { is_active: false }, true, 'agent.deactivate')
    },

    async rotateKey(grant: Grant<'agent.rotate-key'>, id: string): Promise<string> {
      ensureHasKey(await find(grant, id))
      const made = keys.create('agent')
      await change(grant, id, onlyKey(made, grant.actor.id, clock()), true, 'agent.rotate_key')
      return made.key
    },

    async rotateIdentity(grant: Grant<'agent.rotate-identity'>, id: string): Promise<AgentRow> {
      await find(grant, id)
      return versions.retrying(async () => {
        const identity = await identities(grant.orgId, id, `${grant.actor.type}:${grant.actor.id}`, grant.ip)
        return database.run(async stores => {
          manageable(grant, await stores.agents.lock(grant.orgId, id))
          await identity.add(stores)
          const row = await stores.agents.update(grant.orgId, id, identity.fields, { endTokens: false })
          if (!row) throw unknownAgent()
          await stores.audit.append([agentEvent(grant, 'agent.rotate_identity_keys', id)], clock())
          return row
        })
      })
    },
  }

  async function change(
    grant: Grant<'agent.update' | 'agent.deactivate' | 'agent.rotate-key'>,
    id: string,
    fields: Partial<AgentRow>,
    endTokens: boolean,
    action: string,
    details: Record<string, string> = {},
  ): Promise<AgentRow> {
    return database.run(async stores => {
      const before = manageable(grant, await stores.agents.lock(grant.orgId, id))
      if (fields.is_active === true && !before.is_active) await ensureRoom(stores, grant.orgId, 'agents')
      const bounded = boundedBy(grant.actor, before, fields)
      const row = await stores.agents.update(grant.orgId, id, bounded, { endTokens })
      if (!row) throw unknownAgent()
      await stores.audit.append([agentEvent(grant, action, id, details)], clock())
      return row
    })
  }

  async function find(grant: Grant<Action>, id: string): Promise<AgentRow> {
    return manageable(grant, await database.read(stores => stores.agents.byId(grant.orgId, id)))
  }

  async function ensureVaults(orgId: string, ids: readonly string[]): Promise<void> {
    if (ids.length === 0) return
    const known = new Set((await database.read(({ vaults }) => vaults.namesInOrg(orgId))).map(vault => vault.id))
    const index = ids.findIndex(id => !known.has(id.toLowerCase()))
    if (index < 0) return
    throw invalidField(`vault_ids[${index}]`, 'is not a vault of this organisation')
  }
}

/** What an owner or admin sets becomes a limit for the creator of the agent. */
function boundedBy(actor: Actor, { admin_bounds }: AgentRow, fields: Partial<AgentRow>): Partial<AgentRow> {
  if (isOrgAdmin(actor)) return { ...fields, admin_bounds: boundsWith(admin_bounds, fields) }
  ensureNoLooser(admin_bounds, fields)
  return fields
}
