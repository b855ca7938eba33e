import { type Circumstances, unmet } from './conditions.ts'
import { type Decision, decide, judge, type Principal, policiesOf, type Refusing, type Verdict } from './decide.ts'
import type { Why } from './event.ts'
import type { Permission, VaultFacts } from './facts.ts'

/** Verdicts of policies that match the path, the closest to a grant first. */
const NEAREST: readonly Verdict[] = ['conditions', 'expired', 'permission']

/** The rule that allowed it. */
export function whyAllowed(decision: Extract<Decision, { allowed: true }>): Why {
  return decision.rule === 'policy' ? { rule: 'policy', policy_id: decision.policyId } : { rule: decision.rule }
}

/**
 * The rule that currently denies, only for the log: `no-policy`, a ceiling of the credential, or the policy that came closest to granting
 * it (`policy-conditions`, `policy-expired`, `policy-permission`). The operands of conditions are not repeated.
 */
export function whyDenied(
  rule: Refusing,
  vault: VaultFacts,
  who: Principal,
  permission: Permission,
  path: string,
  at: Circumstances,
): Why {
  if (rule !== 'no-policy') return { rule }
  const said = policiesOf(vault, who).map(policy => ({ policy, verdict: judge(policy, who, permission, path, at) }))
  for (const wanted of NEAREST) {
    const policy = said.find(({ verdict }) => verdict === wanted)?.policy
    if (!policy) continue
    const conditions = [policy.conditions, ...policy.inherited].map(each => unmet(each, at))
    const condition = wanted === 'conditions' ? conditions.find(each => each !== undefined) : undefined
    return { rule: `policy-${wanted}`, policy_id: policy.id, ...(condition !== undefined && { condition }) }
  }
  return { rule }
}

/** Why each of many paths can be read, or not. */
export function whyReadable(vault: VaultFacts, who: Principal, at: Circumstances): (path: string) => Why {
  return path => {
    const decision = decide(vault, who, 'read', path, at)
    return decision.allowed ? whyAllowed(decision) : whyDenied(decision.rule, vault, who, 'read', path, at)
  }
}
