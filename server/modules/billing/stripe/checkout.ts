import type { Stripe } from 'stripe'
import type { subscribe } from '../../../../src/contract/billing.ts'
import type { BodyOf } from '../../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import { grantEvent } from '../../../policy/event.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { PlanStore } from '../../../stores/billing/plans.ts'
import type { SubscriptionStore } from '../../../stores/billing/subscriptions.ts'
import { TIERS } from '../tiers.ts'
import { type StripeOf, stripeCall } from './client.ts'

export interface CheckoutDeps {
  readonly database: Database<{ plans: PlanStore; subscriptions: SubscriptionStore; audit: AuditStore }>
  readonly stripe: StripeOf
  readonly publicUrl: () => string
  readonly clock: () => number
}

export type Checkout = ReturnType<typeof checkout>
type Manager = Grant<'billing.manage'>

const TRIAL_DAYS = 14
const CENTS_IN_DOLLAR = 100
/** States of subscriptions that are active, or can still become active. */
const RUNNING = new Set(['active', 'trialing', 'past_due', 'unpaid', 'paused'])

/** Pages of the payment provider where an organisation pays. Nothing changes here before the provider reports a payment. */
export function checkout({ database, stripe: access, publicUrl, clock }: CheckoutDeps) {
  /** The provider's customer for the organisation; created once, by whichever request is first. */
  async function customerOf(stripe: Stripe, { orgId, actor }: Manager): Promise<string> {
    const known = (await database.read(({ plans }) => plans.subscription(orgId))).customer
    if (known !== null) return known
    const details = { metadata: { org_id: orgId }, ...(actor.type === 'user' && { email: actor.email }) }
    const made = await stripeCall(stripe.customers.create(details, { idempotencyKey: `customer-${orgId}` }))
    return database.run(({ subscriptions }) => subscriptions.setCustomer(orgId, made.id))
  }

  async function begun(grant: Manager, action: string, details: Record<string, string | number>): Promise<void> {
    const event = grantEvent(grant, action, { resourceType: 'org', resourceId: grant.orgId, details })
    await database.run(({ audit }) => audit.append([event], clock()))
  }

  /** The page to which the provider redirects the browser. */
  const pages = (path: '/billing' | '/billing/credits') => ({
    success_url: `${publicUrl()}${path}?paid=1`,
    cancel_url: publicUrl() + path,
  })

  return {
    async subscribe(grant: Manager, { tier, interval, trial = true }: BodyOf<typeof subscribe>): Promise<string> {
      const { stripe } = await access()
      const { subscription, status } = await database.read(({ plans }) => plans.subscription(grant.orgId))
      if (status !== null && RUNNING.has(status)) {
        throw new Problem(
          'resource.conflict',
          'This organisation already has a subscription; change it in the portal (POST /v1/billing/portal).',
        )
      }
      const cents = interval === 'yearly' ? TIERS[tier].yearlyCents : TIERS[tier].monthlyCents
      const metadata = { org_id: grant.orgId, tier }
      const session = await stripeCall(
        stripe.checkout.sessions.create({
          mode: 'subscription',
          customer: await customerOf(stripe, grant),
          client_reference_id: grant.orgId,
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: 'usd',
                unit_amount: cents ?? 0,
                recurring: { interval: interval === 'yearly' ? 'year' : 'month' },
                product_data: { name: `1claw ${tier}` },
              },
            },
          ],
          subscription_data: { metadata, ...(trial && subscription === null && { trial_period_days: TRIAL_DAYS }) },
          metadata,
          ...pages('/billing'),
        }),
      )
      await begun(grant, 'billing.subscribe', { tier, interval })
      return urlOf(session.url)
    },

    async portal(grant: Manager): Promise<string> {
      const { stripe } = await access()
      const { customer } = await database.read(({ plans }) => plans.subscription(grant.orgId))
      if (customer === null) throw new Problem('resource.conflict', 'Nothing has been paid yet, so there is nothing to manage.')
      const session = await stripeCall(stripe.billingPortal.sessions.create({ customer, return_url: `${publicUrl()}/billing` }))
      await begun(grant, 'billing.portal', {})
      return urlOf(session.url)
    },

    async topUp(grant: Manager, dollars: number): Promise<string> {
      const { stripe } = await access()
      const metadata = { org_id: grant.orgId, kind: 'topup' }
      const session = await stripeCall(
        stripe.checkout.sessions.create({
          mode: 'payment',
          customer: await customerOf(stripe, grant),
          client_reference_id: grant.orgId,
          line_items: [
            {
              quantity: 1,
              price_data: {
                currency: 'usd',
                unit_amount: dollars * CENTS_IN_DOLLAR,
                product_data: { name: '1claw credits' },
              },
            },
          ],
          payment_intent_data: { metadata },
          metadata,
          ...pages('/billing/credits'),
        }),
      )
      await begun(grant, 'billing.topup', { amount_usd: dollars })
      return urlOf(session.url)
    },
  }
}

function urlOf(url: string | null): string {
  if (url !== null) return url
  throw new Problem('server.busy', 'The payment provider did not return a checkout page. Nothing was charged.')
}
