import { type DenialRule, Problem, type ProblemExtras } from '../../src/problem.ts'
import type { Why } from './event.ts'

/**
 * The one maker of Problem `policy.denied`, so that each of them names its rule in the audit log.
 * @param rule which one; with its policy and condition where a policy decided, or the name of a guardrail
 */
export function denied(
  rule: DenialRule | Why,
  detail = 'Insufficient permissions',
  extras: Omit<ProblemExtras, 'why'> = {},
): Problem {
  return new Problem('policy.denied', detail, { ...extras, why: typeof rule === 'string' ? { rule } : rule })
}
