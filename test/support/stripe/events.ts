import { randomUUID } from 'node:crypto'
import { Stripe } from 'stripe'
import type { Session } from './sessions.ts'

/** Sends a body and its signature to the webhook of the server under test; returns the status. */
export type Deliver = (body: string, signature: string) => Promise<number>

export type StripeEvents = ReturnType<typeof stripeEvents>

/** A subscription, as far as the server reads it. */
export interface SubscriptionState {
  readonly id: string
  readonly customer: string
  readonly status: Stripe.Subscription.Status
  readonly cents: number
  readonly interval: string
  /** Epoch seconds. */
  readonly from: number
  readonly to: number
  readonly endsThen?: boolean
  readonly metadata?: Readonly<Record<string, string>>
}

const DAY = 86_400
const idOf = (kind: string) => `${kind}_${randomUUID().replaceAll('-', '').slice(0, 16)}`

/** Events as Stripe sends them, signed by the package's own helper. */
export function stripeEvents(secret: string, seconds: () => number) {
  const { webhooks } = new Stripe('sk_test_none')
  let deliver: Deliver = async () => {
    throw new Error('The double was not told where the webhook is.')
  }

  const event = (type: string, object: object, created = seconds()): Stripe.Event =>
    ({
      id: idOf('evt'),
      object: 'event',
      api_version: Stripe.API_VERSION,
      created,
      livemode: false,
      type,
      data: { object },
    }) as Stripe.Event

  function subscription(type: 'created' | 'updated' | 'deleted', state: SubscriptionState, created?: number): Stripe.Event {
    const { id, customer, status, cents, interval, from, to, endsThen = false, metadata = {} } = state
    const price = { object: 'price', currency: 'usd', unit_amount: cents, recurring: { interval } }
    const item = { object: 'subscription_item', current_period_start: from, current_period_end: to, price }
    const object = { id, object: 'subscription', customer, status, cancel_at_period_end: endsThen, metadata }
    return event(`customer.subscription.${type}`, { ...object, items: { object: 'list', data: [item] } }, created)
  }

  /** The `Stripe-Signature` of a body. */
  const signed = (payload: string, timestamp = seconds()) => webhooks.generateTestHeaderString({ payload, secret, timestamp })

  return {
    /** Sets the destination of the events: the webhook of the server under test. */
    to: (next: Deliver) => {
      deliver = next
    },
    event,
    subscription,
    signed,
    /** Sends an event; returns the status of the webhook. */
    tell(told: Stripe.Event): Promise<number> {
      const body = JSON.stringify(told)
      return deliver(body, signed(body))
    },
    refund: (payment: string, cents: number) =>
      event('refund.created', { id: idOf('re'), object: 'refund', payment_intent: payment, currency: 'usd', amount: cents }),

    /** The events that Stripe sends when a checkout is paid. */
    paymentOf(session: Session): Stripe.Event[] {
      const { paid: _, wanted, ...rest } = session
      const done = { ...rest, status: 'complete', payment_status: 'paid' }
      if (session.mode === 'payment') return [event('checkout.session.completed', { ...done, payment_intent: idOf('pi') })]
      const days = wanted.interval === 'year' ? 365 : 30
      const state: SubscriptionState = {
        id: idOf('sub'),
        customer: session.customer,
        status: wanted.trialDays > 0 ? 'trialing' : 'active',
        cents: session.amount_subtotal,
        interval: wanted.interval,
        from: seconds(),
        to: seconds() + (wanted.trialDays || days) * DAY,
        metadata: wanted.metadata,
      }
      return [
        event('checkout.session.completed', { ...done, payment_intent: null, subscription: state.id }),
        subscription('created', state),
      ]
    },
  }
}
