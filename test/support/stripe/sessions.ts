import { randomUUID } from 'node:crypto'
import type { Stripe } from 'stripe'
import type { Wired } from './published-types.ts'

type Fields = Readonly<Record<string, Wired>>

/** A checkout, as far as the server reads it. */
export interface Session {
  readonly id: string
  readonly object: 'checkout.session'
  readonly mode: 'payment' | 'subscription'
  readonly customer: string
  readonly client_reference_id: string | null
  readonly currency: string
  readonly amount_subtotal: number
  readonly amount_total: number
  readonly metadata: Readonly<Record<string, string>>
  readonly success_url: string
  readonly cancel_url: string
  readonly url: string
  readonly created: number
  /** Of a subscription. */
  readonly wanted: { readonly metadata: Readonly<Record<string, string>>; readonly trialDays: number; readonly interval: string }
  /** The events of its payment, once it was paid. */
  paid?: readonly Stripe.Event[]
}

/** Faults that Stripe finds although each parameter by itself is valid. */
export function faultsOfSession(params: Fields): string[] {
  const items = (params['line_items'] ?? []) as readonly Fields[]
  const mode = params['mode']
  const isSubscription = mode === 'subscription'
  const recurs = (item: Fields) => (item['price_data'] as Fields | undefined)?.['recurring'] !== undefined
  return [
    ...(mode === undefined ? ['Missing required param: mode.'] : []),
    ...(params['success_url'] === undefined ? ['Missing required param: success_url.'] : []),
    ...(items.length === 0 ? ['You must provide at least one line item.'] : []),
    ...(items.some(item => item['price'] === undefined && item['price_data'] === undefined) ? ['A line item has no price.'] : []),
    ...(items.some(item => item['quantity'] === undefined) ? ['A line item has no quantity.'] : []),
    ...(isSubscription && !items.every(recurs) ? ['You must provide at least one recurring price in `subscription` mode.'] : []),
    ...(!isSubscription && items.some(recurs) ? ['You specified `payment` mode but passed a recurring price.'] : []),
    ...(isSubscription && params['payment_intent_data']
      ? ['You can not pass `payment_intent_data` in `subscription` mode.']
      : []),
    ...(!isSubscription && params['subscription_data'] ? ['You can not pass `subscription_data` in `payment` mode.'] : []),
    ...(items.some(item => Number((item['price_data'] as Fields | undefined)?.['unit_amount'] ?? 0) < 50)
      ? ['The total amount due must add up to at least $0.50 usd']
      : []),
  ]
}

export function sessionObject(params: Fields, base: string, created: number): Session {
  const id = `cs_test_${randomUUID().replaceAll('-', '')}`
  const items = params['line_items'] as readonly Fields[]
  const price = (item: Fields) => item['price_data'] as Fields
  const total = items.reduce((sum, item) => sum + Number(price(item)['unit_amount']) * Number(item['quantity']), 0)
  const wanted = (params['subscription_data'] ?? {}) as Fields
  const recurring = (items[0] && (price(items[0])['recurring'] as Fields | undefined)) ?? {}
  return {
    id,
    object: 'checkout.session',
    mode: params['mode'] === 'subscription' ? 'subscription' : 'payment',
    customer: String(params['customer']),
    client_reference_id: (params['client_reference_id'] as string | undefined) ?? null,
    currency: String(items[0] && price(items[0])['currency']),
    amount_subtotal: total,
    amount_total: total,
    metadata: (params['metadata'] ?? {}) as Record<string, string>,
    success_url: String(params['success_url']),
    cancel_url: String(params['cancel_url']),
    url: `${base}/pay/${id}`,
    created,
    wanted: {
      metadata: (wanted['metadata'] ?? {}) as Record<string, string>,
      trialDays: Number(wanted['trial_period_days'] ?? 0),
      interval: String(recurring['interval'] ?? ''),
    },
  }
}
