import type { Reply } from '../../../client/client.ts'
import { moment } from '../moment.ts'
import { whoOf } from '../principal-cell.ts'
import type { View } from '../view.ts'

type Subscription = Reply<'billing.subscription'>
type Meter = Subscription['usage']['requests']

/** A meter of a plan, with its name. */
export type NamedMeter = { readonly name: string } & Meter

const BAR = 20

/** `██████░░░░`, filled in proportion to the use of a meter; empty without a limit. */
export function bar({ used, limit }: Meter): string {
  if (limit === undefined) return ''
  const filled = limit === 0 ? BAR : Math.min(BAR, Math.ceil((used * BAR) / limit))
  return '█'.repeat(filled) + '░'.repeat(BAR - filled)
}

export const METER: View<NamedMeter> = {
  columns: {
    what: meter => meter.name.replaceAll('_', ' '),
    used: meter => meter.used,
    limit: meter => meter.limit ?? 'none',
    '': bar,
  },
  name: meter => meter.name,
}

export function metersOf({ usage }: Subscription): NamedMeter[] {
  return Object.entries(usage).map(([name, meter]) => ({ name, ...meter }))
}

export const PLAN: View<Subscription> = {
  columns: {
    tier: plan => plan.tier,
    status: plan => plan.status,
    interval: plan => plan.interval,
    until: plan => moment(plan.period_end),
    credits: plan => `$${plan.credit_balance_usd}`,
    'beyond the plan': plan => plan.overage_method,
    'near its limit': plan => plan.near_limit,
  },
  name: plan => plan.tier,
}

export const DAY: View<Reply<'billing.breakdown'>['days'][number]> = {
  columns: {
    day: day => day.day,
    requests: day => day.requests,
    paid: day => day.paid_requests,
    cost: day => `$${day.cost_usd}`,
  },
  name: day => day.day,
}

export const SHARE: View<Reply<'billing.breakdown'>['routes'][number]> = {
  columns: { name: share => share.name, requests: share => share.requests, cost: share => `$${share.cost_usd}` },
  name: share => share.name,
}

/** The same for a principal. */
export const PRINCIPAL_SHARE: typeof SHARE = { ...SHARE, columns: { ...SHARE.columns, name: share => whoOf(share.name) } }

export const USAGE_EVENT: View<Reply<'billing.history'>['events'][number]> = {
  columns: {
    time: event => moment(event.created_at),
    who: event => whoOf(`${event.principal_type}:${event.principal_id}`),
    request: event => `${event.method} ${event.endpoint}`,
    status: event => event.status_code,
    price: event => `$${event.price_usd}`,
    paid: event => event.is_paid,
  },
  name: event => event.id,
}

export const CREDITS: View<Reply<'billing.balance'>> = {
  columns: {
    balance: balance => `$${balance.balance_usd}`,
    'expires within 90 days (cents)': balance => balance.expiring_within_90_days.amount_cents,
    'the first on': balance => balance.expiring_within_90_days.earliest_expiry,
  },
  name: balance => balance.balance_usd,
}

export const LEDGER_ENTRY: View<Reply<'billing.ledger'>['transactions'][number]> = {
  columns: {
    time: entry => moment(entry.created_at),
    type: entry => entry.type,
    cents: entry => entry.amount_cents,
    'balance after': entry => entry.balance_after_cents,
    description: entry => entry.description,
  },
  name: entry => entry.id,
}

export const PAGE_TO_PAY: View<{ readonly url: string }> = { columns: { page: page => page.url }, name: page => page.url }

export const OVERAGE: View<Reply<'billing.set-overage'>> = {
  columns: { 'beyond the plan': answer => answer.overage_method },
  name: answer => answer.overage_method,
}

export const RESET: View<{ readonly deleted_events: number }> = {
  columns: { 'requests forgotten': answer => answer.deleted_events },
  name: answer => String(answer.deleted_events),
}
