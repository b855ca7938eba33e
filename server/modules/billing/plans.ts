import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { CreditLotStore } from '../../stores/billing/credit-lots.ts'
import type { CreditAccount, CreditStore } from '../../stores/billing/credits.ts'
import type { OrgGrant, PlanStore } from '../../stores/billing/plans.ts'
import type { BillingSettings, LiveBillingSettings } from './settings.ts'
import { FREE_REQUESTS, type Tier, tierNamed } from './tiers.ts'

/** The plan of an organisation, as it is now. */
export interface Plan {
  readonly tier: Tier
  /** Whether its limits apply: not on a server without enforcement, and not for the platform and the organisations it sponsors. */
  readonly isLimited: boolean
  /** Requests a month; null without limit. */
  readonly requests: number | null
  /** Requests a month that it would have on the tier `free`. */
  readonly freeRequests: number
  readonly credits: CreditAccount
  /** Cents that expire within 30 days. */
  readonly expiringCents: number
}

/** The parts of a plan that are cached. */
interface Known {
  readonly grant: OrgGrant
  readonly credits: CreditAccount
  readonly expiringCents: number
}

export interface PlansDeps {
  readonly database: Database<{ plans: PlanStore; credits: CreditStore; creditLots: CreditLotStore }>
  readonly settings: LiveBillingSettings
  readonly clock: () => number
}

export type Plans = ReturnType<typeof livePlans>

const MAX_CACHED = 10_000
const SOON_MS = 30 * 24 * 3_600_000
const NOBODY: OrgGrant = { tier: 'free', tierExpiresAt: null, freeTierOverride: null, isSponsored: false, isPlatform: false }

/** Free of charge whatever is enforced: the platform itself, and the organisations it sponsors. */
export function isExempt({ isPlatform, isSponsored }: OrgGrant): boolean {
  return isPlatform || isSponsored
}

/** The tier that was granted, until its end. */
export function currentTier({ tier, tierExpiresAt }: OrgGrant, now: number): Tier {
  return tierNamed(tierExpiresAt !== null && tierExpiresAt <= now ? 'free' : tier)
}

/** Current plans; every change of the organisation, its credits or the settings drops them from the cache. */
export function livePlans({ database, settings, clock }: PlansDeps) {
  const cache = liveCache<string, Known>({
    database,
    topic: orgId => [`org:${orgId}`, `billing:${orgId}`],
    max: MAX_CACHED,
    load: orgId =>
      database.read(async ({ plans, credits, creditLots }) => {
        const now = clock()
        const { cents } = await creditLots.ending(orgId, now, now + SOON_MS)
        return { grant: (await plans.grant(orgId)) ?? NOBODY, credits: await credits.account(orgId), expiringCents: cents }
      }),
  })

  function plan({ grant, credits, expiringCents }: Known, settings: BillingSettings): Plan {
    const tier = currentTier(grant, clock())
    const freeRequests = grant.freeTierOverride ?? settings.freeRequests ?? FREE_REQUESTS
    return {
      tier,
      isLimited: settings.enforced && !isExempt(grant),
      requests: tier.name === 'free' ? freeRequests : tier.requests,
      freeRequests,
      credits,
      expiringCents,
    }
  }

  return {
    /** The plan itself if everything is cached, otherwise a promise of it: a read must not wait a tick for it. */
    get(orgId: string): Plan | Promise<Plan> {
      const [known, current] = [cache.get(orgId), settings()]
      if (known instanceof Promise || current instanceof Promise)
        return Promise.all([known, current]).then(([some, now]) => plan(some, now))
      return plan(known, current)
    },
  }
}
