import { Stripe } from 'stripe'
import { describe, expect, it, vi } from 'vitest'
import type { Config } from '../../../server/config/config.ts'
import { enforcing, sumsOf } from '../../support/billing.ts'
import { emptyTestsOn, onEngines } from '../../support/fixtures.ts'
import { stripeDouble } from '../../support/stripe/double.ts'
import type { SubscriptionState } from '../../support/stripe/events.ts'
import { makeWorld, ok, type Reply } from '../../support/world.ts'

const DAY_MS = 86_400_000

/** A person with an API key, which stays valid when the tests move the clock. */
interface Payer {
  readonly orgId: string
  readonly token: string
}

const engines = onEngines(engine =>
  emptyTestsOn(engine)
    .extend('clock', { scope: 'file' }, () => ({ ahead: 0 }))
    .extend('stripe', { scope: 'file' }, async ({ clock }, { onCleanup }) => {
      const stripe = await stripeDouble(() => Date.now() + clock.ahead)
      onCleanup(() => stripe.close())
      return stripe
    })
    .extend('settings', { scope: 'file' }, ({ stripe }): Partial<Config> => ({ stripe: stripe.config }))
    .extend('events', { scope: 'file', auto: true }, async ({ world, stripe }) => {
      await enforcing(world)
      stripe.events.to(async (body, signature) => {
        const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
        return (await world.call('POST', '/v1/billing/webhooks', { body, headers })).status
      })
    })
    // After each test: all requests to the provider were valid.
    .extend('faultless', { auto: true }, ({ stripe }, { onCleanup }) => {
      onCleanup(() => {
        stripe.is('well')
        expect(stripe.asked.flatMap(({ faults }) => faults)).toEqual([])
      })
    })
    .extend('calls', ({ world, stripe, clock }) => {
      const advance = (ms: number) => {
        clock.ahead += ms
        world.advance(ms)
      }
      const now = () => Math.trunc((Date.now() + clock.ahead) / 1000)
      async function payer(): Promise<Payer> {
        const { token, orgId } = await world.signUp()
        const key = await ok(world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'billing' } }))
        return { orgId, token: key.body.api_key }
      }
      const post = ({ token }: Payer, path: string, body?: object) => world.call('POST', `/v1/billing/${path}`, { token, body })
      const get = async ({ token }: Payer, path: string) => (await ok(world.call('GET', `/v1/billing/${path}`, { token }))).body
      const plan = (who: Payer) => get(who, 'subscription')
      const sessionIn = (url: string) => url.slice(url.lastIndexOf('/') + 1)
      const asked = (what: string) => stripe.asked.filter(each => each.what === what)

      /** A paid subscription; tests can change the content of its later events. */
      async function subscribed(who: Payer, tier: 'pro' | 'business' = 'pro') {
        const { checkout_url } = (await ok(post(who, 'subscribe', { tier, interval: 'monthly', trial: false }))).body
        await stripe.pay(sessionIn(checkout_url))
        const session = stripe.sessions.get(sessionIn(checkout_url))
        const [, created] = session?.paid ?? []
        const { id, customer } = (created?.data.object ?? {}) as { id: string; customer: string }
        const state: SubscriptionState = {
          id,
          customer,
          status: 'active',
          cents: tier === 'pro' ? 2900 : 14_900,
          interval: 'month',
          from: now(),
          to: now() + 30 * 86_400,
        }
        const tell = (more: Partial<SubscriptionState>, at = now(), type: 'updated' | 'deleted' = 'updated') =>
          stripe.events.tell(stripe.events.subscription(type, { ...state, ...more }, at))
        return { state, tell }
      }
      return { payer, post, get, plan, sessionIn, asked, subscribed, advance, now }
    }),
)

describe.each(engines)('paying by card on $engine', ({ it }) => {
  it('starts a subscription, with a trial only the first time, and never two at once', async ({
    stripe,
    calls: { payer, post, plan, sessionIn, asked, subscribed, now },
  }) => {
    const who = await payer()
    const body = { tier: 'pro', interval: 'yearly' }
    const { checkout_url } = (await ok(post(who, 'subscribe', body))).body
    expect(asked('POST /v1/checkout/sessions').at(-1)?.params).toMatchObject({
      mode: 'subscription',
      client_reference_id: who.orgId,
      success_url: 'http://1claw.test/billing?paid=1',
      cancel_url: 'http://1claw.test/billing',
      line_items: [{ quantity: '1', price_data: { unit_amount: '29000', recurring: { interval: 'year' } } }],
      subscription_data: { trial_period_days: '14', metadata: { org_id: who.orgId, tier: 'pro' } },
    })
    expect((await plan(who)).tier).toBe('free')
    await stripe.pay(sessionIn(checkout_url))
    expect(await plan(who)).toMatchObject({ tier: 'pro', status: 'trialing', interval: 'yearly', period_end: expect.any(String) })
    expect((await post(who, 'subscribe', body)).status).toBe(409)

    const again = await payer()
    const { tell } = await subscribed(again)
    await tell({ status: 'canceled' }, now() + 1, 'deleted')
    expect((await plan(again)).tier).toBe('free')
    await ok(post(again, 'subscribe', body))
    expect(asked('POST /v1/checkout/sessions').at(-1)?.params['subscription_data']).not.toHaveProperty('trial_period_days')
  })

  it('adds a paid top-up once, however often it is reported', async ({
    stripe,
    world,
    calls: { payer, post, get, sessionIn, asked },
  }) => {
    const who = await payer()
    const { checkout_url } = (await ok(post(who, 'credits/topup', { amount_usd: 25 }))).body
    expect(asked('POST /v1/checkout/sessions').at(-1)?.params).toMatchObject({
      mode: 'payment',
      success_url: 'http://1claw.test/billing/credits?paid=1',
      line_items: [{ price_data: { unit_amount: '2500', currency: 'usd' } }],
    })
    expect((await get(who, 'credits/balance')).balance_cents).toBe(0)
    await Promise.all(Array.from({ length: 50 }, () => stripe.pay(sessionIn(checkout_url))))
    expect(await sumsOf(world, who.orgId)).toEqual({ entries: 2500, lots: 2500, balance: 2500 })
    expect((await get(who, 'credits/transactions')).transactions).toMatchObject([{ type: 'topup', amount_cents: 2500 }])
  })

  it('treats an organisation as one customer, no matter who asks first', async ({ stripe, calls: { payer, post, asked } }) => {
    const who = await payer()
    const before = asked('POST /v1/customers').length
    expect((await post(who, 'portal')).status).toBe(409)
    const replies = await Promise.all(Array.from({ length: 8 }, () => post(who, 'credits/topup', { amount_usd: 5 })))
    expect(replies.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(asked('POST /v1/customers').length - before).toBe(1)
    expect(
      new Set(
        asked('POST /v1/checkout/sessions')
          .slice(-8)
          .map(({ params }) => params['customer']),
      ).size,
    ).toBe(1)
    const { portal_url } = (await ok(post(who, 'portal'))).body
    expect(portal_url).toContain(`${stripe.url}/portal`)
    expect(asked('POST /v1/billing_portal/sessions').at(-1)?.params['return_url']).toBe('http://1claw.test/billing')
  })

  it('follows a change of plan that was made in the portal, by its price', async ({
    calls: { payer, plan, subscribed, now },
  }) => {
    const who = await payer()
    const { tell } = await subscribed(who)
    await tell({ cents: 14_900 }, now() + 1)
    expect((await plan(who)).tier).toBe('business')
    await tell({ cents: 149_000, interval: 'year' }, now() + 2)
    expect(await plan(who)).toMatchObject({ tier: 'business', interval: 'yearly' })
  })

  it('keeps the plan for a week after a failed payment, however often that is reported, and keeps it once it is paid', async ({
    calls: { payer, plan, subscribed, advance, now },
  }) => {
    const who = await payer()
    const { tell } = await subscribed(who)
    const [from, to] = [now(), now() + 30 * 86_400]
    await tell({ status: 'past_due', from, to }, now() + 1)
    expect(await plan(who)).toMatchObject({ tier: 'pro', status: 'past_due' })
    advance(6 * DAY_MS)
    await tell({ status: 'past_due', from, to })
    expect((await plan(who)).tier).toBe('pro')
    advance(DAY_MS + 60_000)
    expect((await plan(who)).tier).toBe('free')
    await tell({ status: 'active', from, to })
    expect(await plan(who)).toMatchObject({ tier: 'pro', status: 'active' })
    advance(8 * DAY_MS)
    expect((await plan(who)).tier).toBe('pro')
  })

  it('keeps a cancelled subscription until the end of the paid time, even if the provider does not report the end', async ({
    calls: { payer, plan, subscribed, advance, now },
  }) => {
    const who = await payer()
    const { tell } = await subscribed(who, 'business')
    const to = now() + 10 * 86_400
    await tell({ cents: 14_900, endsThen: true, to }, now() + 1)
    expect(await plan(who)).toMatchObject({ tier: 'business', period_end: new Date(to * 1000).toISOString() })
    advance(9 * DAY_MS)
    expect((await plan(who)).tier).toBe('business')
    advance(DAY_MS + 60_000)
    expect(await plan(who)).not.toHaveProperty('period_end')
    expect((await plan(who)).tier).toBe('free')
  })

  it('applies the newest event, in whatever order they arrive', async ({ calls: { payer, plan, subscribed, now } }) => {
    const who = await payer()
    const { tell } = await subscribed(who)
    const at = now()
    await tell({ status: 'canceled' }, at + 30, 'deleted')
    await tell({ status: 'past_due' }, at + 20)
    await tell({ status: 'active' }, at + 10)
    expect(await plan(who)).toMatchObject({ tier: 'free', status: 'canceled' })
  })

  it.for(['down', 'garbage', 'refusing'] as const)(
    'reports the failure and keeps nothing when the provider is %s',
    async (mood, { stripe, calls: { payer, post } }) => {
      const who = await payer()
      stripe.is(mood)
      const replies = [
        await post(who, 'credits/topup', { amount_usd: 5 }),
        await post(who, 'subscribe', { tier: 'pro', interval: 'monthly' }),
      ]
      for (const reply of replies)
        expect(reply).toMatchObject({ status: 503, body: { detail: expect.stringContaining('nothing was charged') } })
      stripe.is('well')
      expect((await post(who, 'portal')).status).toBe(409)
      await ok(post(who, 'credits/topup', { amount_usd: 5 }))
    },
  )

  it('ignores unknown customers, kinds and currencies', async ({
    stripe,
    calls: { payer, post, get, plan, sessionIn, subscribed, now },
  }) => {
    const who = await payer()
    const { checkout_url } = (await ok(post(who, 'credits/topup', { amount_usd: 5 }))).body
    const session = stripe.sessions.get(sessionIn(checkout_url))
    const { tell, event, subscription } = stripe.events
    const object = { ...session, payment_status: 'paid', payment_intent: 'pi_1' }
    for (const told of [
      event('checkout.session.completed', { ...object, currency: 'eur' }),
      event('checkout.session.completed', { ...object, payment_status: 'unpaid' }),
      event('checkout.session.completed', { ...object, metadata: { kind: 'other' } }),
      event('invoice.paid', { id: 'in_1' }),
      subscription('updated', { ...(await subscribed(who)).state, customer: 'cus_unknown', status: 'canceled' }, now() + 60),
    ]) {
      expect(await tell.call(stripe.events, told)).toBe(200)
    }
    expect((await plan(who)).tier).toBe('pro')
    expect((await get(who, 'credits/balance')).balance_cents).toBe(0)
  })
})

describe('a provider that is slow', () => {
  it('is waited for, but only up to a limit', async () => {
    const stripe = await stripeDouble()
    const world = await makeWorld('sqlite', { stripe: stripe.config })
    try {
      stripe.is('slow')
      const { token } = await world.signUp()
      // Its two attempts last ten seconds each, which pass at once.
      vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] })
      let reply: Reply | undefined
      const asked = world.call('POST', '/v1/billing/credits/topup', { token, body: { amount_usd: 5 } }).then(answer => {
        reply = answer
      })
      while (!reply) {
        await vi.advanceTimersByTimeAsync(500)
        await new Promise(setImmediate)
      }
      await asked
      expect(reply.status).toBe(503)
    } finally {
      vi.useRealTimers()
      await world.close()
      await stripe.close()
    }
  }, 60_000)
})

describe('the double of the provider', () => {
  it.each<[string, Record<string, string>, string]>([
    ['a parameter that the published types do not have', { line_item: 'x' }, 'unknown parameter: line_item'],
    ['a value that is none of the published ones', { ui_mode: 'popup' }, 'ui_mode is none of'],
    ['text for a number', { 'line_items[0][quantity]': 'one' }, 'Invalid integer: line_items[0][quantity]'],
    ['text for a yes or no', { allow_promotion_codes: 'maybe' }, 'Invalid boolean: allow_promotion_codes'],
    [
      'a price without what is needed of it',
      { 'line_items[0][price_data][unit_amount]': '500' },
      'line_items[0][price_data][currency]',
    ],
  ])('refuses %s', async (_, params, fault) => {
    const stripe = await stripeDouble()
    try {
      const reply = await fetch(`${stripe.url}/v1/checkout/sessions`, {
        method: 'POST',
        headers: { authorization: `Bearer ${stripe.config.secretKey}`, 'stripe-version': Stripe.API_VERSION },
        body: new URLSearchParams(params),
      })
      expect(reply.status).toBe(400)
      expect(JSON.stringify(await reply.json())).toContain(fault)
    } finally {
      await stripe.close()
    }
  })
})
