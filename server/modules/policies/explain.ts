import type { explainPolicy } from '../../../src/contract/policies.ts'
import type { BodyOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { type Circumstances, unmet } from '../../policy/conditions.ts'
import type { Verdict } from '../../policy/decide.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { PolicyFacts } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AccountStore } from '../../stores/accounts.ts'
import type { AgentStore } from '../../stores/agents.ts'
import { type Asked, agentAsked, checkAddress, decided, personAsked, saidOf } from './decisions.ts'

export interface ExplainDeps {
  readonly database: Database<{ accounts: AccountStore; agents: AgentStore }>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

export type Explain = (grant: Grant<'policy.list'>, body: BodyOf<typeof explainPolicy>) => Promise<ReplyOf<typeof explainPolicy>>

const OUTCOMES: Record<Exclude<Verdict, 'conditions'>, string> = {
  grants: 'grants it',
  'other-principal': 'is for another principal',
  pattern: 'does not match the path',
  permission: 'does not grant the permission',
  expired: 'has expired',
}

/** The verdict of a policy in words; for conditions, the first that is not met. */
function outcomeOf(policy: PolicyFacts, verdict: Verdict, at: Circumstances): string {
  if (verdict !== 'conditions') return OUTCOMES[verdict]
  for (const conditions of [policy.conditions, ...policy.inherited]) {
    const name = unmet(conditions, at)
    if (name === 'ip_allowlist') return `not from this address (${at.ip} is outside ${rangesIn(conditions?.[name])})`
    if (name === 'time_window') return 'not at this time'
  }
  return 'has an unknown condition'
}

const SHOWN_RANGES = 3

/** `10.0.0.0/8, 192.0.2.7`, with the number of addresses that are left out. */
function rangesIn(value: unknown): string {
  const ranges = Array.isArray(value) ? value.map(String) : []
  const rest = ranges.length - SHOWN_RANGES
  return ranges.slice(0, SHOWN_RANGES).join(', ') + (rest > 0 ? ` and ${rest} more` : '')
}

/** Explains the decision, with the verdict of each policy of the principal. */
export function explain({ database, record, clock }: ExplainDeps): Explain {
  return async (grant, { principal_type, principal_id, permission, path, ip }) => {
    checkAddress(ip)
    const { vault } = grant.resource
    const asked = await principal(grant.orgId, principal_type, principal_id.toLowerCase())
    const at = { ip: ip ?? grant.ip, now: clock() }
    const details = { principal: `${principal_type}:${asked.who.id}`, permission, path }
    await record([
      grantEvent(grant, 'policy.explain', { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id, details }),
    ])
    return {
      ...decided(vault, asked, permission, path, at),
      considered: saidOf(vault, asked, permission, path, at).map(({ policy, verdict }) => ({
        policy_id: policy.id,
        secret_path_pattern: policy.pattern.source,
        outcome: outcomeOf(policy, verdict, at),
      })),
    }
  }

  async function principal(orgId: string, type: 'user' | 'agent', id: string): Promise<Asked> {
    if (type === 'user') {
      const member = await database.read(({ accounts }) => accounts.member(id, orgId))
      if (member) return personAsked(id)
    } else {
      const agent = await database.read(({ agents }) => agents.byId(orgId, id))
      if (agent) return agentAsked(agent, clock())
    }
    throw new Problem('resource.unknown', `There is no such ${type} in this organisation.`)
  }
}
