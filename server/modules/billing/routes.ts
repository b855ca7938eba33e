import { listAllOrgs, resetUsage, resetUsageOfUser } from '../../../src/contract/admin.ts'
import {
  billingPortal,
  billingUsage,
  creditBalance,
  creditTransactions,
  setOverageMethod,
  stripeWebhook,
  subscribe,
  subscription,
  topUp,
  usageBreakdown,
  usageHistory,
  x402Prices,
} from '../../../src/contract/billing.ts'
import type { Mount } from '../../http/mount.ts'
import type { BillingAdministration } from './administration.ts'
import { historyBody, ledgerBody, orgBody, shareBody, subscriptionBody, usageBody } from './bodies.ts'
import { dollarsOf, dollarsOfCents } from './money.ts'
import { methodIn, type Reports } from './reports.ts'
import type { Checkout } from './stripe/checkout.ts'
import type { StripeEvents } from './stripe/events.ts'
import type { X402 } from './x402/x402.ts'

export interface BillingServices {
  readonly reports: Reports
  readonly administration: BillingAdministration
  readonly checkout: Checkout
  readonly stripeEvents: StripeEvents
  readonly x402: X402
  readonly clock: () => number
}

const PAGE = 50
const ADMIN_PAGE = 100

export function billingRoutes(mount: Mount, services: BillingServices): void {
  const { reports, checkout, stripeEvents, x402 } = services
  mount(billingUsage, async ({ grant }) => usageBody(await reports.usage(grant)))
  mount(usageBreakdown, async ({ grant, query }) => {
    const { month, limited, days, principals, routes } = await reports.breakdown(grant, query.month)
    return {
      month,
      limited,
      days: days.map(({ period, requests, paidRequests, costMicros }) => {
        return { day: period, requests, paid_requests: paidRequests, cost_usd: dollarsOf(costMicros) }
      }),
      principals: principals.map(shareBody),
      routes: routes.map(shareBody),
    }
  })
  mount(usageHistory, async ({ grant, query }) => {
    const limit = query.limit ?? PAGE
    const events = await reports.history(grant, limit, query.cursor)
    return historyBody(events, limit)
  })
  mount(subscription, async ({ grant }) => subscriptionBody(await reports.subscription(grant), services.clock()))
  mount(creditBalance, async ({ grant }) => {
    const { cents, ending } = await reports.balance(grant)
    const earliest = ending.earliest !== undefined && { earliest_expiry: new Date(ending.earliest).toISOString() }
    return {
      balance_cents: cents,
      balance_usd: dollarsOfCents(cents),
      expiring_within_90_days: { amount_cents: ending.cents, ...earliest },
    }
  })
  mount(creditTransactions, async ({ grant, query }) => {
    const { page = 1, limit = PAGE } = query
    const entries = await reports.ledger(grant, { limit, offset: (page - 1) * limit })
    return { transactions: entries.map(ledgerBody), page, limit }
  })
  mount(setOverageMethod, async ({ grant, body }) => {
    const method = methodIn(body)
    await reports.setMethod(grant, method)
    return { overage_method: method }
  })

  mount(subscribe, async ({ grant, body }) => ({ checkout_url: await checkout.subscribe(grant, body) }))
  mount(billingPortal, async ({ grant }) => ({ portal_url: await checkout.portal(grant) }))
  mount(topUp, async ({ grant, body }) => ({ checkout_url: await checkout.topUp(grant, body.amount_usd) }))
  mount(stripeWebhook, async ({ rawBody, header }) => {
    await stripeEvents.receive(rawBody ?? Buffer.alloc(0), header('Stripe-Signature'))
    return { received: true }
  })
  mount(x402Prices, () => x402.prices())
  adminRoutes(mount, services)
}

function adminRoutes(mount: Mount, { administration, clock }: BillingServices): void {
  mount(listAllOrgs, async ({ grant, query }) => {
    const { limit = ADMIN_PAGE, offset = 0 } = query
    const { orgs, total } = await administration.orgs(grant, { limit, offset })
    return { orgs: orgs.map(org => orgBody(org, clock())), total }
  })
  mount(resetUsage, async ({ grant }) => ({ deleted_events: await administration.reset(grant) }))
  mount(resetUsageOfUser, async ({ grant, body }) => {
    const { deleted, user } = await administration.resetOfUser(grant, body.email)
    return {
      deleted_events: deleted,
      org_id: user.org_id,
      user_id: user.id,
      email: user.email,
      display_name: user.display_name ?? '',
    }
  })
}
