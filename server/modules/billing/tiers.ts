import type { Resource } from '../../stores/billing/plans.ts'
import { type Micros, microsOf } from './money.ts'

export type TierName = 'free' | 'pro' | 'business' | 'enterprise'

/** The prices and limits of each tier. `null` means unlimited, or by agreement. */
export interface Tier {
  readonly name: TierName
  readonly monthlyCents: number | null
  readonly yearlyCents: number | null
  readonly requests: number | null
  readonly resources: Readonly<Record<Resource, number | null>>
  /** Whether vaults can have a key of the customer. */
  readonly customerKeys: boolean
  /** The price of each request beyond those of the month. */
  readonly overage: Micros | null
}

export const FREE_REQUESTS = 1_000

const NO_LIMIT = { vaults: null, secrets: null, agents: null }

export const TIERS: Readonly<Record<TierName, Tier>> = {
  free: {
    name: 'free',
    monthlyCents: 0,
    yearlyCents: null,
    requests: FREE_REQUESTS,
    resources: { vaults: 3, secrets: 50, agents: 2 },
    customerKeys: false,
    overage: microsOf('0.001'),
  },
  pro: {
    name: 'pro',
    monthlyCents: 29_00,
    yearlyCents: 290_00,
    requests: 25_000,
    resources: { vaults: 25, secrets: 500, agents: 10 },
    customerKeys: false,
    overage: microsOf('0.0008'),
  },
  business: {
    name: 'business',
    monthlyCents: 149_00,
    yearlyCents: 1490_00,
    requests: 100_000,
    resources: { vaults: 100, secrets: 5_000, agents: 50 },
    customerKeys: true,
    overage: microsOf('0.0006'),
  },
  enterprise: {
    name: 'enterprise',
    monthlyCents: null,
    yearlyCents: null,
    requests: null,
    resources: NO_LIMIT,
    customerKeys: true,
    overage: null,
  },
}

/** An unknown tier, written by a newer server, counts as the smallest. */
export function tierNamed(name: string): Tier {
  return TIERS[name as TierName] ?? TIERS.free
}
