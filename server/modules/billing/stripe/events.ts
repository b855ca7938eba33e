import type { Stripe } from 'stripe'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import type { NewEvent } from '../../../policy/event.ts'
import type { AuditStore } from '../../../stores/audit/audit.ts'
import type { CreditStore } from '../../../stores/billing/credits.ts'
import type { Reversal, SubscriptionStore } from '../../../stores/billing/subscriptions.ts'
import type { OrgStore } from '../../../stores/orgs.ts'
import { monthsLater } from '../periods.ts'
import { TIERS, type TierName } from '../tiers.ts'
import type { StripeOf } from './client.ts'

interface Stores {
  readonly subscriptions: SubscriptionStore
  readonly credits: CreditStore
  readonly orgs: OrgStore
  readonly audit: AuditStore
}

export interface StripeEventsDeps {
  readonly database: Database<Stores>
  readonly stripe: StripeOf
  readonly clock: () => number
}

export type StripeEvents = ReturnType<typeof stripeEvents>

/** Stripe's own limit for the age of a signature. */
const TOLERANCE_SECONDS = 300
const GRACE_MS = 7 * 24 * 3_600_000
const CREDIT_MONTHS = 12

/** Events of the payment provider, each applied once, in whatever order they come. */
export function stripeEvents({ database, stripe: access, clock }: StripeEventsDeps) {
  /** @throws Problem `request.invalid` unless the provider has signed the body within the last five minutes. */
  async function verified(body: Buffer, signature: string | undefined): Promise<Stripe.Event> {
    const { stripe, webhookSecret } = await access()
    try {
      const receive = stripe.webhooks.constructEventAsync.bind(stripe.webhooks)
      return await receive(body, signature ?? '', webhookSecret, TOLERANCE_SECONDS, undefined, clock())
    } catch (cause) {
      throw new Problem('request.invalid', 'The signature of the payment provider is missing, wrong or too old.', { cause })
    }
  }

  async function apply(stores: Stores, event: Stripe.Event): Promise<void> {
    switch (event.type) {
      case 'checkout.session.completed':
      case 'checkout.session.async_payment_succeeded':
        return toppedUp(stores, event.data.object)
      case 'customer.subscription.created':
      case 'customer.subscription.updated':
      case 'customer.subscription.deleted':
        return subscribed(stores, event.data.object, event.created * 1000)
      case 'refund.created':
        return reversed(stores, 'refund', event.data.object)
      case 'refund.failed':
        return restored(stores, 'refund', event.data.object)
      case 'charge.dispute.created':
        return reversed(stores, 'dispute', event.data.object)
      case 'charge.dispute.closed':
        return event.data.object.status === 'won' ? restored(stores, 'dispute', event.data.object) : undefined
      default:
        return undefined
    }
  }

  async function toppedUp(stores: Stores, session: Stripe.Checkout.Session): Promise<void> {
    const orgId = session.metadata?.['org_id']
    const payment = idOf(session.payment_intent)
    if (session.metadata?.['kind'] !== 'topup' || session.payment_status !== 'paid' || !orgId || !payment) return
    const cents = session.amount_subtotal ?? 0
    if (session.currency !== 'usd' || cents <= 0) return
    const at = clock()
    await stores.subscriptions.lockPayment(payment, at)
    const change = { orgId, description: 'Top-up by card', reference: topUpReference(payment), at }
    if (!(await stores.credits.topUp(change, cents, monthsLater(at, CREDIT_MONTHS)))) return
    await note(stores, orgId, 'billing.credits_added', { cents })
    for (const reversal of await stores.subscriptions.takeReversals(payment)) await takeBack(stores, orgId, reversal)
  }

  async function subscribed(stores: Stores, subscription: Stripe.Subscription, toldAt: number): Promise<void> {
    const customer = idOf(subscription.customer) ?? ''
    const orgId = await stores.subscriptions.orgOfCustomer(customer)
    if (orgId === undefined) return
    const item = subscription.items.data[0]
    const { status } = subscription
    const periodEnd = item ? item.current_period_end * 1000 : null
    const interval = item?.price.recurring?.interval === 'year' ? 'yearly' : 'monthly'
    const state = { subscription: subscription.id, status, interval, periodEnd, toldAt }
    if (!(await stores.subscriptions.tell(orgId, state))) return
    const plan = planOf(subscription, periodEnd)
    await stores.orgs.setPlan(orgId, plan)
    await note(stores, orgId, 'billing.plan', { tier: plan.billing_tier, status })
  }

  async function reversed(stores: Stores, type: Reversal['type'], object: Stripe.Refund | Stripe.Dispute): Promise<void> {
    const payment = idOf(object.payment_intent)
    if (!payment || object.currency !== 'usd') return
    const reversal = { type, payment, reference: `stripe:${object.id}`, cents: object.amount }
    await stores.subscriptions.lockPayment(payment, clock())
    const orgId = await stores.subscriptions.orgOfPayment(topUpReference(payment))
    if (orgId === undefined) return stores.subscriptions.keepReversal(reversal, clock())
    await takeBack(stores, orgId, reversal)
  }

  async function takeBack(stores: Stores, orgId: string, { type, payment, reference, cents }: Reversal): Promise<void> {
    const description = type === 'refund' ? 'Refund of a top-up' : 'Dispute of a top-up'
    const change = { orgId, type, description, reference, at: clock() }
    const taken = await stores.credits.takeBack(change, topUpReference(payment), cents)
    await note(stores, orgId, `billing.${type}`, { cents: taken })
  }

  async function restored(stores: Stores, kind: Reversal['type'], object: Stripe.Refund | Stripe.Dispute): Promise<void> {
    const payment = idOf(object.payment_intent)
    const orgId = payment && (await stores.subscriptions.orgOfPayment(topUpReference(payment)))
    if (!orgId) return
    const reference = `stripe:${object.id}`
    const description = kind === 'refund' ? 'A refund failed' : 'A dispute was won'
    const change = { orgId, type: 'dispute_reversal' as const, description, reference: `${reference}:reversed`, at: clock() }
    const cents = await stores.credits.giveBack(change, reference)
    await note(stores, orgId, 'billing.credits_added', { cents })
  }

  function note({ audit }: Stores, orgId: string, action: string, details: NonNullable<NewEvent['details']>): Promise<void> {
    const who = { actorId: 'stripe', actorType: 'system', ipAddress: '' } as const
    return audit.append([{ ...who, orgId, action, resourceType: 'org', resourceId: orgId, details }], clock())
  }

  return {
    /** Applies an event unless it was applied before. */
    async receive(body: Buffer, signature: string | undefined): Promise<void> {
      const event = await verified(body, signature)
      await database.run(async stores => {
        if (await stores.subscriptions.recordOnce(event.id, clock())) await apply(stores, event)
      })
    },
  }
}

/** A paid tier, with its end if one is known. */
function planOf({ status, items, metadata, cancel_at_period_end: ends }: Stripe.Subscription, periodEnd: number | null) {
  const item = items.data[0]
  const tier = tierOfPrice(item?.price) ?? tierOfName(metadata['tier'])
  if (status === 'active' || status === 'trialing') return { billing_tier: tier, tier_expires_at: ends ? periodEnd : null }
  // The unpaid period has started. Its start does not move, however often the event arrives.
  if (status === 'past_due' && item) return { billing_tier: tier, tier_expires_at: item.current_period_start * 1000 + GRACE_MS }
  return { billing_tier: 'free', tier_expires_at: null }
}

/** The portal changes the price of a subscription but not its metadata. */
function tierOfPrice(price: Stripe.Price | undefined): TierName | undefined {
  const yearly = price?.recurring?.interval === 'year'
  const found = Object.values(TIERS).find(tier => {
    const cents = yearly ? tier.yearlyCents : tier.monthlyCents
    return cents !== null && cents > 0 && cents === price?.unit_amount
  })
  return found?.name
}

function tierOfName(name: string | undefined): TierName {
  return name === 'pro' || name === 'business' ? name : 'free'
}

const topUpReference = (payment: string) => `stripe:${payment}`

function idOf(object: string | { id: string } | null | undefined): string | undefined {
  return typeof object === 'string' ? object : object?.id
}
