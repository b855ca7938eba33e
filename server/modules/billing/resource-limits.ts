import { Problem } from '../../../src/problem.ts'
import type { PlanStore, Resource } from '../../stores/billing/plans.ts'
import type { ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import { currentTier, isExempt } from './plans.ts'
import { TIERS, type Tier } from './tiers.ts'

const WORDS: Readonly<Record<Resource, string>> = { vaults: 'Vault', secrets: 'Secret', agents: 'Agent' }
const WITH_CUSTOMER_KEYS = Object.values(TIERS)
  .filter(({ customerKeys }) => customerKeys)
  .map(({ name }) => name)
  .join(' and ')

/** The tier whose limits apply; undefined if none do. */
async function limitingTier(plans: PlanStore, orgId: string, now: number): Promise<Tier | undefined> {
  if (!(await plans.isEnforced())) return undefined
  const granted = await plans.grant(orgId)
  return granted && !isExempt(granted) ? currentTier(granted, now) : undefined
}

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
    const tier = await limitingTier(plans, orgId, clock())
    const limit = tier?.resources[resource] ?? null
    if (!tier || limit === null) return
    await resourceCounts.lock(orgId)
    const used = await resourceCounts.ofPlan[resource](orgId)
    if (used < limit) return
    throw beyond(`${WORDS[resource]} limit reached (${used}/${limit} on ${tier.name} tier). Upgrade your plan for more.`)
  }
}

/**
 * The same for vaults that get a customer key: only some tiers include these.
 * @throws Problem `resource.limit`
 */
export function customerKeyLimit({ clock }: { clock: () => number }) {
  return async ({ plans }: { readonly plans: PlanStore }, orgId: string): Promise<void> => {
    const tier = await limitingTier(plans, orgId, clock())
    if (!tier || tier.customerKeys) return
    throw beyond(`The ${tier.name} tier has no customer keys; the tiers ${WITH_CUSTOMER_KEYS} have them. Upgrade your plan.`)
  }
}

function beyond(message: string): Problem {
  return new Problem('resource.limit', message, { why: { rule: 'plan-limit' } })
}
