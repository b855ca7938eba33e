import { Problem } from '../../../src/problem.ts'
import type { PlanStore, Resource } from '../../stores/billing/plans.ts'
import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import { currentTier, isExempt } from './plans.ts'

const WORDS: Readonly<Record<Resource, string>> = { vaults: 'Vault', secrets: 'Secret', agents: 'Agent' }

/**
 * The limits of the tiers, if they are enforced. Everything is read in the unit of work that creates the resource, never from a cache.
 * @throws Problem `resource.limit`
 */
export function resourceLimits({ clock }: { clock: () => number }) {
  return async (
    { plans, resourceCounts }: { readonly plans: PlanStore; readonly resourceCounts: ResourceCountStore },
    orgId: string,
    resource: Resource,
  ): Promise<void> => {
    if (!(await plans.isEnforced())) return
    const granted = await plans.grant(orgId)
    if (!granted || isExempt(granted)) return
    const tier = currentTier(granted, clock())
    const limit = tier.resources[resource]
    if (limit === null) return
    await resourceCounts.lock(orgId)
    const used = await resourceCounts.ofPlan[resource](orgId)
    if (used < limit) return
    throw new Problem(
      'resource.limit',
      `${WORDS[resource]} limit reached (${used}/${limit} on ${tier.name} tier). Upgrade your plan for more.`,
      { why: { rule: 'plan-limit' } },
    )
  }
}
