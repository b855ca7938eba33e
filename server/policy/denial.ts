import { type DenialRule, Problem, type ProblemExtras } from '../../src/problem.ts'
import type { Why } from './event.ts'

/**
 * The only code that creates a Problem `policy.denied`, so every denial names its rule in the audit log.
 * @param rule the rule; with its policy and condition if a policy decided, or the name of a guardrail
 */
export function denied(
  rule: DenialRule | Why,
  detail = 'Insufficient permissions',
  extras: Omit<ProblemExtras, 'why'> = {},
): Problem {
  return new Problem('policy.denied', detail, { ...extras, why: typeof rule === 'string' ? { rule } : rule })
}
