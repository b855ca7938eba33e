import { LRUCache } from 'lru-cache'
import { CEILINGS, type Ceilings, refuseAbove } from '../../policy/ceilings.ts'
import type { PlanStore, Resource } from '../../stores/billing/plans.ts'
import type { Counted, EnsureRoom, EnsureStorage, ResourceCountStore } from '../../stores/billing/resource-counts.ts'

export interface RoomDeps {
  readonly config: { readonly ceilings: Ceilings }
  /** The limits of the plan, if plans are enforced. */
  readonly ensurePlan: (
    stores: { readonly plans: PlanStore; readonly resourceCounts: ResourceCountStore },
    orgId: string,
    resource: Resource,
  ) => Promise<void>
  readonly clock: () => number
}

const OF_PLANS: readonly string[] = ['vaults', 'secrets', 'agents'] satisfies Resource[]

/** The limits of one organisation: the ceilings of the server, then the limits of its plan. */
export function room({ config: { ceilings }, ensurePlan, clock }: RoomDeps): {
  ensureRoom: EnsureRoom
  ensureStorage: EnsureStorage
} {
  /** The number of writes that need no check, by organisation. */
  const farAway = new LRUCache<string, number>({ max: MAX_ORGS })

  async function ensureBelow(resourceCounts: ResourceCountStore, orgId: string, thing: Counted): Promise<void> {
    if (CEILINGS[thing].whose === 'This server') await resourceCounts.lockServer(thing)
    else await resourceCounts.lock(orgId)
    refuseAbove(ceilings, thing, (await resourceCounts.counted[thing](orgId, clock())) + 1)
  }

  return {
    async ensureRoom(stores, orgId, thing) {
      // Secrets are counted as they are created and deleted: see `ensureStorage`.
      if (thing !== 'secrets') await ensureBelow(stores.resourceCounts, orgId, thing)
      if (isOfPlans(thing)) await ensurePlan(stores, orgId, thing)
    },

    async ensureStorage({ resourceCounts }, { orgId, secretId, version }) {
      // Versions count from 1, so there can be too many only if the number is too high.
      if (version > ceilings.versions) refuseAbove(ceilings, 'versions', await resourceCounts.versions(orgId, secretId))
      const unasked = farAway.get(orgId) ?? 0
      if (unasked > 0) return void farAway.set(orgId, unasked - 1)
      const seen = await resourceCounts.stored(orgId)
      if (isFar(ceilings, seen)) return void farAway.set(orgId, UNASKED)
      // From here on, writers run one after the other, so each sees what the earlier ones have stored.
      await resourceCounts.lock(orgId)
      const { secrets, bytes } = await resourceCounts.stored(orgId)
      refuseAbove(ceilings, 'secrets', secrets)
      refuseAbove(ceilings, 'bytes', bytes)
    },
  }
}

/** Writes between two checks of an organisation that is far from its ceilings: a check takes a sixth of the time of a write. */
const UNASKED = 50
const MAX_ORGS = 10_000

/**
 * More than unchecked writes and all running transactions, which do not see each other, can store. This far below a ceiling nobody can
 * exceed it unnoticed, so nobody waits for the commits of others, which would take longer than the rest of the work.
 */
const UNSEEN = { secrets: 20_000, bytes: 5 * 1024 ** 3 }

function isFar(ceilings: Ceilings, { secrets, bytes }: { readonly secrets: number; readonly bytes: number }): boolean {
  return secrets + UNSEEN.secrets <= ceilings.secrets && bytes + UNSEEN.bytes <= ceilings.bytes
}

function isOfPlans(thing: Counted | 'secrets'): thing is Resource {
  return OF_PLANS.includes(thing)
}
