import type { explainPolicy } from '../../../src/contract/policies.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isRange } from '../../policy/conditions.ts'
import { type Decision, decide, judge, type Principal, type Verdict } from '../../policy/decide.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import { isLive } from '../../policy/live.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'

export interface ExplainDeps {
  readonly database: Database<{ accounts: AccountStore; agents: AgentStore }>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type Explain = (grant: Grant<'policy.list'>, body: BodyOf<typeof explainPolicy>) => Promise<ReplyOf<typeof explainPolicy>>

const OUTCOMES: Record<Verdict, string> = {
  grants: 'grants it',
  'other-principal': 'is for another principal',
  pattern: 'does not match the path',
  permission: 'does not grant the permission',
  expired: 'has expired',
  conditions: 'its conditions do not hold now',
}

const REASONS: Record<Decision['rule'] | 'inactive', string> = {
  policy: 'A policy grants it.',
  creator: 'The principal made this vault.',
  'vault-ceiling': 'The agent is confined to other vaults.',
  'scope-ceiling': 'The agent’s own scopes do not cover this path.',
  'no-policy': 'No policy grants it.',
  inactive: 'The agent is deactivated or has expired.',
}

/** What holds for an agent that cannot even sign in. */
const INACTIVE = { allowed: false, rule: 'inactive' } as const

/** Says what the one decision would be, and what each policy for the principal had to say to it. */
export function explain({ database, record, clock }: ExplainDeps): Explain {
  return async (grant, { principal_type, principal_id, permission, path, ip }) => {
    if (ip !== undefined && (ip.includes('/') || !isRange(ip))) {
      throw new Problem('request.invalid', 'ip must be an IP address.', { fields: { ip: 'must be an IP address' } })
    }
    const { vault } = grant.resource
    const { who, active } = await principal(grant.orgId, principal_type, principal_id.toLowerCase())
    const at = { ip: ip ?? grant.ip, now: clock() }
    const decision = active ? decide(vault, who, permission, path, at) : INACTIVE
    const own = vault.policies.filter(policy => policy.principalType === who.type && policy.principalId === who.id)
    const details = { principal: `${who.type}:${who.id}`, permission, path }
    await record([
      grantEvent(grant, 'policy.explain', { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id, details }),
    ])
    return {
      allowed: decision.allowed,
      rule: decision.rule,
      ...(decision.rule === 'policy' && { policy_id: decision.policyId }),
      reason: REASONS[decision.rule],
      considered: own.map(policy => ({
        policy_id: policy.id,
        secret_path_pattern: policy.pattern.source,
        outcome: OUTCOMES[judge(policy, who, permission, path, at)],
      })),
    }
  }

  async function principal(orgId: string, type: 'user' | 'agent', id: string): Promise<{ who: Principal; active: boolean }> {
    if (type === 'user') {
      const member = await database.read(({ accounts }) => accounts.member(id, orgId))
      if (member) return { who: { type, id, scopes: [], vaultIds: [] }, active: true }
    } else {
      const agent = await database.read(({ agents }) => agents.byId(id))
      if (agent?.org_id === orgId) {
        const ceilings = { scopes: JSON.parse(agent.scopes) as string[], vaultIds: JSON.parse(agent.vault_ids) as string[] }
        const active = isLive(agent, clock())
        return { who: { type, id, ...ceilings }, active }
      }
    }
    throw new Problem('resource.unknown', `There is no such ${type} in this organisation.`)
  }
}
