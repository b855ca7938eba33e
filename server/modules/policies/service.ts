import type { createPolicies, createPolicy, updatePolicy } from '../../../src/contract/policies.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isForeignKeyViolation } from '../../db/violations.ts'
import { checkPattern, endMs, invalidField } from '../../http/checks.ts'
import type { Authorize } from '../../policy/authorize.ts'
import { checkConditions } from '../../policy/conditions.ts'
import { boundBy, type Terms } from '../../policy/delegation.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { PolicyFacts } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import { newPolicy, outsideReach } from '../../policy/new-policy.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { PolicyRow, PolicyStore, Stretch } from '../../stores/policies/policies.ts'
import { placeOf } from '../../stores/vaults.ts'
import { type AddingDeps, adder, policyEvent } from './adding.ts'

export interface PolicyDeps extends AddingDeps {
  readonly database: Database<{
    policies: PolicyStore
    accounts: AccountStore
    agents: AgentStore
    plans: PlanStore
    resourceCounts: ResourceCountStore
    audit: AuditStore
  }>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly authorize: Authorize
  readonly clock: () => number
}

export type Policies = ReturnType<typeof policies>

/** The policies of a vault. Every change applies to the next request. */
export function policies({ database, record, authorize, clock, ...bounds }: PolicyDeps) {
  const add = adder(bounds)
  return {
    async create(grant: Grant<'policy.create'>, body: BodyOf<typeof createPolicy>): Promise<PolicyRow> {
      checkPattern('secret_path_pattern', body.secret_path_pattern)
      const [row] = await make([{ grant, pattern: body.secret_path_pattern }], body)
      return row as PolicyRow
    },

    /** All of them or none; each vault is decided separately. */
    async createMany(asked: Grant<'policy.create-many'>, body: BodyOf<typeof createPolicies>): Promise<PolicyRow[]> {
      const places: Place[] = []
      for (const [index, { vault_id, secret_path_pattern: pattern }] of body.grants.entries()) {
        checkPattern(`grants[${index}].secret_path_pattern`, pattern)
        const vaultId = vault_id.toLowerCase()
        if (places.some(({ grant, pattern: other }) => grant.resource.vault.id === vaultId && other === pattern)) {
          throw invalidField(`grants[${index}]`, 'already exists')
        }
        places.push({ grant: await authorize('policy.create', asked.actor, { vaultId }, asked.ip), pattern })
      }
      return make(places, body)
    },

    async list(grant: Grant<'policy.list'>): Promise<PolicyRow[]> {
      const { vault } = grant.resource
      const rows = await database.read(stores => stores.policies.inVault(vault))
      await record([
        grantEvent(grant, 'policy.list', {
          resourceType: 'vault',
          resourceId: vault.id,
          vaultId: vault.id,
          details: { count: rows.length },
        }),
      ])
      return rows
    },

    /** The policies in every vault. */
    ofAgent: ({ orgId, resource: { agentId } }: Grant<'policy.of-agent'>, stretch: Stretch): Promise<PolicyRow[]> =>
      database.read(({ policies }) => policies.about(orgId, { type: 'agent', id: agentId }, stretch)),

    async update(grant: Grant<'policy.update'>, id: string, body: BodyOf<typeof updatePolicy>): Promise<PolicyRow> {
      if (body.conditions) checkConditions(body.conditions)
      return database.run(async stores => {
        const before = await changeable(stores.policies, grant, id)
        ensureSameScope(before, body)
        const fields = changesOf(before, body, above(grant, before), clock())
        const row = Object.keys(fields).length === 0 ? before : await stores.policies.update(placeOf(before), id, fields)
        if (!row) throw unknownPolicy()
        await stores.audit.append([policyEvent(grant, 'policy.update', row)], clock())
        return row
      })
    },

    /** Also deletes everything that was granted under it. */
    async remove(grant: Grant<'policy.delete'>, id: string): Promise<void> {
      await database.run(async stores => {
        const row = await manageable(stores.policies, grant, id)
        const below = await stores.policies.below(placeOf(row), id)
        if (!(await stores.policies.remove(placeOf(row), id))) throw unknownPolicy()
        const events = [row, ...below].map(gone => policyEvent(grant, 'policy.delete', gone))
        await stores.audit.append(events, clock())
      })
    },
  }

  /** In one unit of work. */
  async function make(places: readonly Place[], body: Omit<BodyOf<typeof createPolicies>, 'grants'>): Promise<PolicyRow[]> {
    if (body.conditions) checkConditions(body.conditions)
    const { principal_type: principalType, permissions, conditions } = body
    const terms = { principalType, principalId: body.principal_id.toLowerCase(), permissions, conditions }
    const wanted = places.map(({ grant, pattern }) => ({ grant, pattern, ...terms, expiresAt: endMs(body.expires_at, clock()) }))
    for (const { grant, ...scope } of wanted) if (!grant.resource.mayManage(scope)) throw outsideReach()
    const { orgId } = (places[0] as Place).grant
    await database.read(stores => ensurePrincipal(stores, orgId, principalType, terms.principalId))
    const now = clock()
    const made = wanted.map(({ grant, ...policy }) => ({ grant, row: newPolicy(grant, policy, now) }))
    let last: PolicyRow | undefined
    await database
      .run(async stores => {
        for (const { row } of made) {
          last = row
          await add(stores, row)
        }
        await stores.audit.append(
          made.map(({ grant, row }) => policyEvent(grant, 'policy.create', row)),
          now,
        )
      })
      .catch(error => {
        throw last && isForeignKeyViolation(error) ? placeGone(last) : error
      })
    return made.map(({ row }) => row)
  }
}

/** The place of a new policy. */
interface Place {
  readonly grant: Grant<'policy.create'>
  readonly pattern: string
}

/** The policy, if the caller can grant and withdraw it. */
async function manageable(store: PolicyStore, grant: Grant<'policy.update' | 'policy.delete'>, id: string): Promise<PolicyRow> {
  const row = await store.byId(grant.resource.vault, id)
  if (!row) throw unknownPolicy()
  const scope = { pattern: row.secret_path_pattern, principalType: row.principal_type, principalId: row.principal_id }
  if (!grant.resource.mayManage(scope)) throw outsideReach()
  return row
}

/** The policy, if the caller can decide what it grants. A delegate can delete another person's policy, but not loosen it. */
async function changeable(store: PolicyStore, grant: Grant<'policy.update'>, id: string): Promise<PolicyRow> {
  const row = await manageable(store, grant, id)
  if (grant.resource.mayChange(id)) return row
  throw denied(
    'policy-reach',
    'This policy was not created under your admin permission, so you cannot change it; create another policy instead.',
  )
}

function above({ resource }: Grant<'policy.update'>, { granted_under }: PolicyRow): PolicyFacts | undefined {
  return resource.vault.policies.find(policy => policy.id === granted_under)
}

function changesOf(row: PolicyRow, body: BodyOf<typeof updatePolicy>, under: PolicyFacts | undefined, now: number) {
  const asked = {
    ...(body.conditions !== undefined && { conditions: body.conditions as Record<string, unknown> | null }),
    ...(body.expires_at !== undefined && { expiresAt: endMs(body.expires_at, now, row.expires_at) }),
  }
  const { conditions, expiresAt } = boundBy<Terms>(asked, under)
  return {
    ...(body.permissions && { permissions: [...new Set(body.permissions)] }),
    ...(conditions !== undefined && { conditions }),
    ...(expiresAt !== undefined && { expires_at: expiresAt }),
  }
}

/** If it were ignored, a narrower pattern would still grant more than requested. */
function ensureSameScope(row: PolicyRow, body: BodyOf<typeof updatePolicy>): void {
  const sent = { ...body, ...(body.principal_id !== undefined && { principal_id: body.principal_id.toLowerCase() }) }
  const changed = (['secret_path_pattern', 'principal_type', 'principal_id'] as const).find(
    name => sent[name] !== undefined && sent[name] !== row[name],
  )
  if (changed) throw invalidField(changed, 'cannot be changed; create another policy and delete this one')
}

async function ensurePrincipal(
  stores: { accounts: AccountStore; agents: AgentStore },
  orgId: string,
  type: string,
  id: string,
): Promise<void> {
  const known = type === 'user' ? await stores.accounts.member(id, orgId) : await stores.agents.byId(orgId, id)
  if (known) return
  throw invalidField('principal_id', `is not the id of ${type === 'user' ? 'a member' : 'an agent'} of this organisation`)
}

function unknownPolicy(): Problem {
  return new Problem('resource.unknown', 'There is no policy with this id in this vault.')
}

/** Deleted in the meantime: either the policy under which a delegate created this one, or the vault. */
function placeGone({ granted_under }: PolicyRow): Problem {
  if (granted_under === null) return new Problem('resource.unknown', 'There is no vault with this id.')
  return denied('policy-ended', 'The policy that allowed this was deleted.')
}
