import { invalidField } from '../../http/checks.ts'
import { type Circumstances, isRange } from '../../policy/conditions.ts'
import { type Decision, decide, judge, type Principal, policiesOf, type Verdict } from '../../policy/decide.ts'
import type { Permission, PolicyFacts, VaultFacts } from '../../policy/facts.ts'
import { isLive } from '../../policy/live.ts'
import type { AgentRow } from '../../stores/agents.ts'

/** The subject of a decision, and whether it can sign in. */
export interface Asked {
  readonly who: Principal
  readonly active: boolean
}

/** The decision in words. */
export interface Decided {
  readonly allowed: boolean
  readonly rule: Decision['rule'] | 'inactive'
  readonly policy_id?: string
  readonly reason: string
}

const REASONS: Record<Decided['rule'], string> = {
  policy: 'A policy grants it.',
  creator: 'The principal created this vault.',
  'vault-ceiling': 'The agent is confined to other vaults.',
  'scope-ceiling': 'The agent’s own scopes do not cover this path.',
  'no-policy': 'No policy grants it.',
  inactive: 'The agent is deactivated or has expired.',
}

export function personAsked(id: string): Asked {
  return { who: { type: 'user', id, scopes: [], vaultIds: [] }, active: true }
}

export function agentAsked(row: AgentRow, now: number): Asked {
  return { who: { type: 'agent', id: row.id, scopes: row.scopes, vaultIds: row.vault_ids }, active: isLive(row, now) }
}

/** @throws Problem `request.invalid` if the given address is invalid */
export function checkAddress(ip: string | undefined): void {
  if (ip !== undefined && (ip.includes('/') || !isRange(ip))) throw invalidField('ip', 'must be an IP address')
}

/** The decision for a principal. */
export function decided(
  vault: VaultFacts,
  { who, active }: Asked,
  permission: Permission,
  path: string,
  at: Circumstances,
): Decided {
  if (!active) return { allowed: false, rule: 'inactive', reason: REASONS.inactive }
  const decision = decide(vault, who, permission, path, at)
  return {
    allowed: decision.allowed,
    rule: decision.rule,
    ...(decision.rule === 'policy' && { policy_id: decision.policyId }),
    reason: REASONS[decision.rule],
  }
}

/** The verdict of each policy of a principal. */
export function saidOf(
  vault: VaultFacts,
  { who }: Asked,
  permission: Permission,
  path: string,
  at: Circumstances,
): { readonly policy: PolicyFacts; readonly verdict: Verdict }[] {
  return policiesOf(vault, who).map(policy => ({ policy, verdict: judge(policy, who, permission, path, at) }))
}
