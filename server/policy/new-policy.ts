import { randomUUID } from 'node:crypto'
import type { Problem } from '../../src/problem.ts'
import { boundBy, checkDepth } from './delegation.ts'
import { denied } from './denial.ts'
import type { Grant } from './grant.ts'

/** A requested policy. */
export interface WantedPolicy {
  readonly pattern: string
  readonly principalType: string
  readonly principalId: string
  readonly permissions: readonly string[]
  readonly conditions: object | null | undefined
  /** Epoch milliseconds; null for never. */
  readonly expiresAt: number | null
}

/**
 * The row of a new policy, limited by what its creator holds.
 * @throws Problem `policy.denied` if the creator's own permission does not cover it
 */
export function newPolicy(grant: Grant<'policy.create'>, wanted: WantedPolicy, now: number) {
  const { actor, orgId, resource } = grant
  if (!resource.mayManage(wanted)) throw outsideReach()
  const above = resource.under(wanted.pattern)
  if (above) checkDepth(resource.vault.policies, above)
  const { conditions, expiresAt } = boundBy(termsOf(wanted), above)
  return {
    id: randomUUID(),
    org_id: orgId,
    vault_id: resource.vault.id,
    secret_path_pattern: wanted.pattern,
    principal_type: wanted.principalType,
    principal_id: wanted.principalId,
    permissions: [...new Set(wanted.permissions)],
    conditions: conditions ?? null,
    expires_at: expiresAt,
    created_by: actor.id,
    created_by_type: actor.type,
    created_at: now,
    granted_under: above?.id ?? null,
  }
}

function termsOf({ conditions, expiresAt }: WantedPolicy) {
  return { conditions: (conditions ?? null) as Record<string, unknown> | null, expiresAt }
}

/** The Problem `policy.denied` for a person who manages only policies on other paths. */
export function outsideReach(): Problem {
  return denied('policy-reach', 'Your admin permission does not cover every path of this pattern, or the policy is your own.')
}
