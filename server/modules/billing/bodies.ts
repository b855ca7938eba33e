import type { listAllOrgs } from '../../../src/contract/admin.ts'
import type {
  billingUsage,
  creditTransactions,
  subscription as subscriptionEndpoint,
  usageHistory,
} from '../../../src/contract/billing.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { CreditEntry } from '../../stores/billing/credits.ts'
import type { OrgSummary } from '../../stores/billing/org-usage.ts'
import type { ShareUsage } from '../../stores/billing/usage.ts'
import type { UsageEvent } from '../../stores/billing/usage-pack.ts'
import { dollarsOf, dollarsOfCents } from './money.ts'
import type { Reports } from './reports.ts'
import { TIERS } from './tiers.ts'

type Subscription = ReplyOf<typeof subscriptionEndpoint>
type Meter = Subscription['usage']['requests']

const NEAR_PERCENT = 80

export function usageBody({ plan, usage }: Awaited<ReturnType<Reports['usage']>>): ReplyOf<typeof billingUsage> {
  const { requests, paidRequests, costMicros } = usage
  return {
    billing_tier: plan.tier.name,
    free_tier_limit: plan.freeRequests,
    current_month: {
      total_requests: requests,
      paid_requests: paidRequests,
      free_requests: requests - paidRequests,
      total_cost_usd: dollarsOf(costMicros),
    },
  }
}

export function shareBody({ name, requests, costMicros }: ShareUsage) {
  return { name, requests, cost_usd: dollarsOf(costMicros) }
}

export function historyBody(events: readonly UsageEvent[], limit: number): ReplyOf<typeof usageHistory> {
  const page = events.slice(0, limit)
  const last = events.length > limit ? page.at(-1) : undefined
  return {
    events: page.map(event => ({
      id: event.id,
      principal_type: event.principalType,
      principal_id: event.principalId,
      method: event.method,
      endpoint: event.endpoint,
      status_code: event.status,
      price_usd: dollarsOf(event.priceMicros),
      is_paid: event.paidBy !== null,
      created_at: new Date(event.at).toISOString(),
    })),
    ...(last && { next_cursor: last.id }),
  }
}

export function subscriptionBody(
  { plan, subscription, resourceCounts, usage }: Awaited<ReturnType<Reports['subscription']>>,
  now: number,
): Subscription {
  const { tier, credits } = plan
  const meter = (used: number, limit: number | null = null): Meter => ({ used, ...(limit !== null && { limit }) })
  const meters = {
    requests: meter(usage.requests, plan.requests),
    secrets: meter(resourceCounts.secrets, tier.resources.secrets),
    agents: meter(resourceCounts.agents, tier.resources.agents),
    vaults: meter(resourceCounts.vaults, tier.resources.vaults),
    team_members: meter(resourceCounts.teamMembers),
    intent_transactions: meter(resourceCounts.intentTransactions),
    shares: meter(resourceCounts.shares),
  }
  const near = Object.entries(meters).filter(([, { used, limit }]) => limit !== undefined && used * 100 > limit * NEAR_PERCENT)
  const { interval, status, periodEnd } = subscription
  const paid = tier.name !== TIERS.free.name
  return {
    tier: tier.name,
    ...(paid && interval !== null && { interval }),
    ...(periodEnd !== null && periodEnd > now && { period_end: new Date(periodEnd).toISOString() }),
    status: status ?? 'active',
    credit_balance_cents: credits.balanceCents,
    credit_balance_usd: dollarsOfCents(credits.balanceCents),
    overage_method: credits.overageMethod,
    ...(plan.isLimited && near.length > 0 && { near_limit: near.map(([name]) => name) }),
    usage: meters,
    features: { customer_keys: !plan.isLimited || tier.customerKeys },
  }
}

export function ledgerBody(entry: CreditEntry): ReplyOf<typeof creditTransactions>['transactions'][number] {
  return {
    id: entry.id,
    type: entry.type,
    amount_cents: entry.amountCents,
    balance_after_cents: entry.balanceAfterCents,
    description: entry.description,
    created_at: new Date(entry.createdAt).toISOString(),
  }
}

export function orgBody(org: OrgSummary, now: number): ReplyOf<typeof listAllOrgs>['orgs'][number] {
  const { tier, tierExpiresAt, freeTierOverride, isSponsored, isPlatform } = org.grant
  return {
    id: org.id,
    name: org.name,
    is_platform: isPlatform,
    billing_tier: tierExpiresAt !== null && tierExpiresAt <= now ? TIERS.free.name : tier,
    ...(freeTierOverride !== null && { free_tier_override: freeTierOverride }),
    is_sponsored: isSponsored,
    overage_method: org.overageMethod,
    credit_balance_cents: org.balanceCents,
    current_month_requests: org.requests,
    created_at: new Date(org.createdAt).toISOString(),
  }
}
