import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, text, Uuid } from './schema/fields.ts'
import { MONTH } from './schema/forms.ts'

/** Everyone in the organisation can read, including agents, but not confined API keys. */
const reader = {
  auth: 'user-or-agent',
  action: 'billing.read',
  audit: null,
  method: 'GET',
  status: 200,
  problems: [403],
} as const
/** Only owners and admins can spend. */
const manager = { auth: 'user', action: 'billing.manage', status: 200, problems: [403] } as const

/** US dollars as decimal text, such as `0.0015`. */
const Usd = z.string()

export const OVERAGE_METHODS = ['credits', 'x402'] as const

export const billingUsage = endpoint({
  ...reader,
  id: 'billing.usage',
  path: '/v1/billing/usage',
  summary: 'Get the usage of the organisation this month.',
  description:
    'Months are in UTC. Every authenticated request counts. `paid_requests` are those paid with credits or x402, `total_cost_usd` the amount paid. `free_tier_limit` is the number of free requests per month on the tier `free`.',
  reply: z.object({
    billing_tier: z.string(),
    free_tier_limit: z.int(),
    current_month: z.object({
      total_requests: z.int(),
      paid_requests: z.int(),
      free_requests: z.int(),
      total_cost_usd: Usd,
    }),
  }),
})

const Share = z.object({ name: z.string(), requests: z.int(), cost_usd: Usd })

export const usageBreakdown = endpoint({
  ...reader,
  id: 'billing.breakdown',
  path: '/v1/billing/usage/breakdown',
  summary: 'Get the requests of a month by day, by principal and by route.',
  description:
    '`month` is `YYYY-MM`; default: the current one. `limited` says whether the limits of the plan apply: not on a server that only counts, nor for organisations that are sponsored. Days without a request are left out. The 50 largest principals (`user:<id>`, `agent:<id>`) and routes are listed.',
  query: z.object({
    month: z.string().regex(MONTH).optional(),
  }),
  reply: z.object({
    month: z.string(),
    limited: z.boolean(),
    days: z.array(z.object({ day: z.string(), requests: z.int(), paid_requests: z.int(), cost_usd: Usd })),
    principals: z.array(Share),
    routes: z.array(Share),
  }),
})

export const usageHistory = endpoint({
  ...reader,
  id: 'billing.history',
  path: '/v1/billing/history',
  summary: 'List requests, newest first.',
  description:
    'Owners and admins see all of the organisation’s, members and agents their own. `endpoint` is the template of the route, never the requested path. `price_usd` is its base price, `is_paid` whether credits or x402 paid for the request. `limit` is at most 1000 (default: 50); `cursor` is the `next_cursor` of the page before.',
  query: z.object({ limit: z.int().min(1).max(1000).optional(), cursor: Uuid.optional() }),
  reply: z.object({
    events: z.array(
      z.object({
        id: Uuid,
        principal_type: z.string(),
        principal_id: z.string(),
        method: z.string(),
        endpoint: z.string(),
        status_code: z.int(),
        price_usd: Usd,
        is_paid: z.boolean(),
        created_at: Instant,
      }),
    ),
    next_cursor: z.string().optional(),
  }),
})

/** `limit` is absent if there is no limit. */
const Meter = z.object({ used: z.int(), limit: z.int().optional() })

export const subscription = endpoint({
  ...reader,
  id: 'billing.subscription',
  path: '/v1/billing/subscription',
  summary: 'Get the plan, the credits, and the usage of everything that is limited.',
  description:
    'Requests, transactions and shares are those of this month. `near_limit` lists the limits that are used to more than 80 %. With `include=features`, `features` says what the plan allows: `customer_keys`, whether vaults can get a customer key.',
  query: z.object({ include: z.enum(['features']).optional() }),
  reply: z.object({
    tier: z.string(),
    interval: z.string().optional(),
    period_end: Instant.optional(),
    status: z.string(),
    credit_balance_cents: z.int(),
    credit_balance_usd: Usd,
    overage_method: z.string(),
    near_limit: z.array(z.string()).optional(),
    usage: z.object({
      requests: Meter,
      secrets: Meter,
      agents: Meter,
      vaults: Meter,
      team_members: Meter,
      intent_transactions: Meter,
      shares: Meter,
    }),
    features: z.object({ customer_keys: z.boolean() }).optional(),
  }),
  more: { include: 'features', fields: ['features'] },
})

const checkout = z.object({ checkout_url: z.url() })

export const subscribe = endpoint({
  ...manager,
  id: 'billing.subscribe',
  method: 'POST',
  path: '/v1/billing/subscribe',
  summary: 'Start a subscription. The response contains the payment page.',
  description: 'The tier changes when the payment provider confirms it. `trial` (default: true): 14 days free the first time.',
  audit: 'billing.subscribe',
  body: z.object({
    tier: z.enum(['pro', 'business']),
    interval: z.enum(['monthly', 'yearly']),
    trial: z.boolean().optional(),
  }),
  reply: checkout,
  problems: [403, 409, 503],
})

export const billingPortal = endpoint({
  ...manager,
  id: 'billing.portal',
  method: 'POST',
  path: '/v1/billing/portal',
  summary: 'Get the page for managing cards, invoices and the subscription.',
  audit: 'billing.portal',
  reply: z.object({ portal_url: z.url() }),
  problems: [403, 409, 503],
})

export const topUp = endpoint({
  ...manager,
  id: 'billing.topup',
  method: 'POST',
  path: '/v1/billing/credits/topup',
  summary: 'Buy credits. The response contains the payment page.',
  description: 'They are added when the payment provider confirms the payment, and are valid for 12 months.',
  audit: 'billing.topup',
  body: z.object({ amount_usd: z.int().min(5).max(1000) }),
  reply: checkout,
  problems: [403, 503],
})

export const creditBalance = endpoint({
  ...reader,
  id: 'billing.balance',
  path: '/v1/billing/credits/balance',
  summary: 'Get the remaining credits.',
  reply: z.object({
    balance_cents: z.int(),
    balance_usd: Usd,
    expiring_within_90_days: z.object({ amount_cents: z.int(), earliest_expiry: Instant.optional() }),
  }),
})

export const creditTransactions = endpoint({
  ...reader,
  id: 'billing.ledger',
  path: '/v1/billing/credits/transactions',
  summary: 'List the entries of the credit ledger, newest first.',
  description:
    '`type` is `topup`, `consumption`, `expiry`, `refund`, `dispute` or `dispute_reversal`. Amounts that reduce the credits are negative.',
  query: z.object({ page: z.int().min(1).max(1_000_000).optional(), limit: z.int().min(1).max(1000).optional() }),
  reply: z.object({
    transactions: z.array(
      z.object({
        id: Uuid,
        type: z.string(),
        amount_cents: z.int(),
        balance_after_cents: z.int(),
        description: z.string(),
        created_at: Instant,
      }),
    ),
    page: z.int(),
    limit: z.int(),
  }),
})

export const setOverageMethod = endpoint({
  ...manager,
  id: 'billing.set-overage',
  method: 'PATCH',
  path: '/v1/billing/overage-method',
  summary: 'Choose how requests beyond the plan are paid for.',
  description:
    '`overage_method` is accepted for `method` as well; two that differ are refused. With `x402`, each priced route asks for its own payment; routes without a price are still paid with credits.',
  audit: 'billing.overage',
  body: z.object({ method: z.enum(OVERAGE_METHODS).optional(), overage_method: z.enum(OVERAGE_METHODS).optional() }),
  reply: z.object({ overage_method: z.string() }),
})

export const stripeWebhook = endpoint({
  id: 'billing.webhook',
  method: 'POST',
  path: '/v1/billing/webhooks',
  bodyLimit: 1024 * 1024,
  summary: 'Receive events about payments and subscriptions from the payment provider.',
  description:
    'Signed by Stripe (`Stripe-Signature`), at most 300 seconds ago. An event that was applied is acknowledged and not applied again.',
  auth: 'public',
  action: null,
  audit: null,
  rawBody: true,
  headers: [{ name: 'Stripe-Signature', description: 'The signature over the body.', maxLength: 1024 }],
  status: 200,
  reply: z.object({ received: z.boolean() }),
  problems: [400, 503],
})

export const x402Prices = endpoint({
  id: 'x402.prices',
  method: 'GET',
  path: '/.well-known/x402',
  summary: 'List what can be paid for with x402, and how.',
  description:
    '`accepts` is empty on a server that does not accept x402 payments. Amounts are in the smallest unit of the asset.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    x402Version: z.int(),
    enabled: z.boolean(),
    resources: z.array(
      z.object({
        method: z.string(),
        path: z.string(),
        description: z.string(),
        price_usd: Usd,
        accepts: z.array(
          z.object({
            scheme: z.string(),
            network: z.string(),
            maxAmountRequired: text(80),
            payTo: z.string(),
            asset: z.string(),
            maxTimeoutSeconds: z.int(),
          }),
        ),
      }),
    ),
  }),
})

/** The operations of this file, for the endpoint table. */
export const billingEndpoints = [
  billingUsage,
  usageBreakdown,
  usageHistory,
  subscription,
  subscribe,
  billingPortal,
  topUp,
  creditBalance,
  creditTransactions,
  setOverageMethod,
  stripeWebhook,
  x402Prices,
] as const
