import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import { ENFORCED } from '../../stores/billing/plans.ts'
import type { SettingsStore } from '../../stores/settings.ts'

/** The platform administrators' settings about money. */
export interface BillingSettings {
  /** Whether anything is limited and charged at all. */
  readonly enforced: boolean
  /** Requests a month on the tier `free`; null means the tier's own number. */
  readonly freeRequests: number | null
  /** Set once payments by x402 are possible: there is an account to pay to, and a facilitator. */
  readonly x402: X402Settings | undefined
}

export interface X402Settings {
  readonly payTo: string
  /** `base`, or its CAIP-2 form `eip155:8453`. */
  readonly network: string
  readonly facilitatorUrl: string
  /** `<address>,<name>,<version>` of an EIP-3009 token with 6 decimals; the default token of the network if absent. */
  readonly asset: string | undefined
}

export type LiveBillingSettings = () => BillingSettings | Promise<BillingSettings>

const ASSET = 'billing.x402_asset'
const DEFAULT_NETWORK = 'base'

export function billingSettingsOf(stored: ReadonlyMap<string, string>): BillingSettings {
  const [payTo, facilitatorUrl] = [stored.get('x402.pay_to'), stored.get('x402.facilitator_url')]
  const freeRequests = stored.get('x402.free_tier_limit')
  return {
    enforced: stored.get(ENFORCED) === 'true',
    freeRequests: freeRequests === undefined ? null : Number(freeRequests),
    x402:
      payTo === undefined || facilitatorUrl === undefined
        ? undefined
        : { payTo, facilitatorUrl, network: stored.get('x402.network') ?? DEFAULT_NETWORK, asset: stored.get(ASSET) },
  }
}

/** The current settings; every change drops them from the cache. */
export function liveBillingSettings(database: Database<{ settings: SettingsStore }>): LiveBillingSettings {
  const cache = liveCache<'billing', BillingSettings>({
    database,
    topic: () => 'settings',
    max: 1,
    load: () =>
      database.read(async ({ settings }) =>
        billingSettingsOf(new Map((await settings.all()).map(({ key, value }) => [key, value]))),
      ),
  })
  return () => cache.get('billing')
}
