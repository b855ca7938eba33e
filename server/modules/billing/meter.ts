import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { PRICES } from '../../../src/contract/schema/prices.ts'
import { Problem } from '../../../src/problem.ts'
import type { Meter } from '../../http/meter.ts'
import type { Actor } from '../../policy/actor.ts'
import type { Admission } from './admission.ts'
import { microsOf } from './money.ts'
import { nextMonth } from './periods.ts'
import type { Plan, Plans } from './plans.ts'
import type { BillingSettings, LiveBillingSettings } from './settings.ts'
import type { Tally } from './tally.ts'
import type { X402 } from './x402/x402.ts'

export interface MeterDeps {
  readonly settings: LiveBillingSettings
  readonly plans: Plans
  readonly tally: Tally
  /** Charges a request to the plan, and to the credits if allowed. */
  readonly takeFromPlan: (orgId: string) => Promise<Admission>
  readonly takeFromAny: (orgId: string) => Promise<Admission>
  readonly x402: X402
  readonly clock: () => number
}

/** These requests are never refused: a person with nothing left can still sign in, see the usage, and buy more. */
const NEVER_LIMITED = new Set(['auth', 'account', 'mfa', 'console-session', 'device', 'billing', 'x402'])
/**
 * People find their organisations on the way to the page Billing. Agents request their own data and have payments to this server signed.
 */
const ALSO_NEVER_LIMITED = new Set(['org.list', 'agents.me', 'intents.sign-payment'])
const WARNING_PERCENT = 80

const BASE_MICROS = Object.fromEntries(Object.entries(PRICES).map(([name, { usd }]) => [name, microsOf(usd)]))
const X402_MICROS = Object.fromEntries(Object.entries(PRICES).map(([name, { x402Usd }]) => [name, microsOf(x402Usd)]))

/** Counts every request of a known principal and, if limits are enforced, charges it to the plan, the credits or a payment. */
export function requestMeter({ settings, plans, tally, takeFromPlan, takeFromAny, x402, clock }: MeterDeps): Meter {
  function toll(endpoint: EndpointSpec, request: FastifyRequest): void | Promise<void> {
    if (request.headers.authorization === undefined) return tollOfStranger(endpoint, request)
  }

  async function tollOfStranger(endpoint: EndpointSpec, request: FastifyRequest): Promise<void> {
    const current = await settings()
    if (!current.enforced || !current.x402) return
    if (!x402.isPaying(request)) throw await x402.required(endpoint, request, current.x402)
    // On other routes the next step refuses the missing credential, and no payment is checked.
    if (endpoint.auth === 'optional') request.payment = await x402.accept(endpoint, request, current.x402)
  }

  async function admitLimited(
    endpoint: EndpointSpec,
    request: FastifyRequest,
    plan: Plan,
    { x402: terms }: BillingSettings,
  ): Promise<void> {
    const { orgId } = request.actor as Actor
    const offer = endpoint.price === undefined ? undefined : terms
    const take = offer && plan.credits.overageMethod === 'x402' ? takeFromPlan : takeFromAny
    const admission = await take(orgId)
    if (admission !== 'none') {
      request.admission = admission
      tally.admitted(orgId)
      return
    }
    const why = usedUp(plan, clock())
    if (!offer) throw new Problem('payment.required', why)
    if (!x402.isPaying(request)) throw await x402.required(endpoint, request, offer, why)
    request.payment = await x402.accept(endpoint, request, offer)
    request.admission = 'x402'
  }

  async function admitSlowly(endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply): Promise<void> {
    const { orgId } = request.actor as Actor
    const [current, plan, used] = [await settings(), await plans.get(orgId), await tally.used(orgId)]
    tell(reply, plan, used)
    if (isLimited(endpoint, plan)) await admitLimited(endpoint, request, plan, current)
  }

  function admit(endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply): void | Promise<void> {
    const { orgId } = request.actor as Actor
    const [plan, used] = [plans.get(orgId), tally.used(orgId)]
    if (plan instanceof Promise || used instanceof Promise || isLimited(endpoint, plan)) {
      return admitSlowly(endpoint, request, reply)
    }
    tell(reply, plan, used)
  }

  function record(endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply): void {
    const { actor, admission } = request
    if (!actor || reply.statusCode === 429) return
    const paidBy = admission === 'plan' || admission === undefined ? null : admission
    const plan = paidBy === 'credits' ? plans.get(actor.orgId) : undefined
    const overage = plan && !(plan instanceof Promise) ? plan.tier.overage : null
    const price = endpoint.price === undefined ? 0 : (paidBy === 'x402' ? X402_MICROS : BASE_MICROS)[endpoint.price]
    tally.record({
      orgId: actor.orgId,
      principalType: actor.type,
      principalId: actor.id,
      route: endpoint,
      status: reply.statusCode,
      priceMicros: overage ?? price ?? 0,
      paidBy,
      at: clock(),
      counts: reply.statusCode === 402 ? 'never' : admission === 'plan' || admission === 'credits' ? 'already' : 'now',
    })
  }

  return { toll, admit, record }
}

function isLimited({ id }: EndpointSpec, plan: Plan): boolean {
  if (!plan.isLimited || plan.requests === null) return false
  return !ALSO_NEVER_LIMITED.has(id) && !NEVER_LIMITED.has(id.slice(0, id.indexOf('.')))
}

function tell(reply: FastifyReply, { requests, isLimited, credits, expiringCents }: Plan, used: number): void {
  reply.header('x-ratelimit-requests-used', used)
  if (requests !== null) {
    const percent = requests === 0 ? 100 : (used * 100 - ((used * 100) % requests)) / requests
    reply.header('x-ratelimit-requests-limit', requests).header('x-ratelimit-requests-percent', percent)
    if (isLimited && percent > WARNING_PERCENT) {
      reply.header('x-quota-warning', `${percent} % of this month's ${requests} requests are used`)
    }
  }
  reply.header('x-credit-balance-cents', credits.balanceCents).header('x-overage-method', credits.overageMethod)
  if (expiringCents > 0) reply.header('x-credit-expiring-soon', expiringCents)
}

function usedUp({ tier, requests }: Plan, now: number): string {
  const resets = new Date(nextMonth(now)).toISOString().slice(0, 10)
  return `The ${requests} requests of this month on the ${tier.name} tier are used up and no credits are left; the quota resets on ${resets}. Buy credits or choose a larger plan.`
}
