import { createHmac, randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { Stripe } from 'stripe'
import { describe, expect } from 'vitest'
import { enforce, sumsOf } from '../../support/billing.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, type TestUser } from '../../support/world.ts'

const DAY_MS = 24 * 3_600_000
const WEBHOOK_SECRET = `whsec_${randomUUID()}`

describe.each(
  onEngines(engine =>
    testsOn(engine, {
      stripe: { secretKey: 'sk_test_none', webhookSecret: WEBHOOK_SECRET, url: 'http://127.0.0.1:9' },
    }),
  ),
)('the credits ledger on $engine', ({ it: base }) => {
  const { webhooks } = new Stripe('sk_test_none')
  const it = base.extend('calls', ({ world }) => {
    const send = (event: object, timestamp = Math.trunc(Date.now() / 1000)) => {
      const payload = JSON.stringify({ id: `evt_${randomUUID()}`, object: 'event', created: timestamp, ...event })
      const signature = webhooks.generateTestHeaderString({ payload, secret: WEBHOOK_SECRET, timestamp })
      return world.call('POST', '/v1/billing/webhooks', {
        body: payload,
        headers: { 'content-type': 'application/json', 'stripe-signature': signature },
      })
    }
    const balance = async (user: TestUser) =>
      (await ok(world.call('GET', '/v1/billing/credits/balance', { token: user.token }))).body
    return { send, balance }
  })
  it.beforeAll(async ({ world, owner }) => {
    await enforce(world, owner)
  })

  const paid = (orgId: string, payment: string, cents: number, id = `evt_${randomUUID()}`) => ({
    id,
    type: 'checkout.session.completed',
    data: {
      object: {
        id: `cs_${payment}`,
        metadata: { org_id: orgId, kind: 'topup' },
        payment_status: 'paid',
        payment_intent: payment,
        currency: 'usd',
        amount_subtotal: cents,
      },
    },
  })
  const refund = (payment: string, cents: number, type = 'refund.created', id = `re_${randomUUID()}`) => ({
    type,
    data: { object: { id, payment_intent: payment, currency: 'usd', amount: cents } },
  })

  it('keeps balance, entries and lots in agreement, whatever arrives in whatever order', async ({ world }) => {
    const step = fc.oneof(
      fc.record({
        do: fc.constant('topUp' as const),
        cents: fc.integer({ min: 1, max: 500 }),
        days: fc.integer({ min: 1, max: 30 }),
      }),
      fc.record({
        do: fc.constant('consume' as const),
        count: fc.integer({ min: 1, max: 300 }),
        micros: fc.integer({ min: 1, max: 25_000 }),
      }),
      fc.record({ do: fc.constant('expire' as const), days: fc.integer({ min: 0, max: 20 }) }),
      fc.record({ do: fc.constant('takeBack' as const), nth: fc.nat(5), cents: fc.integer({ min: 1, max: 600 }) }),
    )
    const { database } = world.server
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 12 }), async steps => {
        const orgId = randomUUID()
        let [now, in_, served] = [1_000_000, 0, 0]
        const references: string[] = []
        for (const one of steps) {
          const change = { orgId, description: 'x', reference: randomUUID(), at: now }
          if (one.do === 'topUp') {
            references.push(change.reference)
            in_ += one.cents
            await database.run(({ credits }) => credits.topUp(change, one.cents, now + one.days * DAY_MS))
            await database.run(({ credits }) => credits.topUp(change, one.cents, now + one.days * DAY_MS))
          } else if (one.do === 'consume') {
            served += one.micros * (await database.run(({ credits }) => credits.consume(orgId, { ...one, at: now })))
          } else if (one.do === 'expire') {
            now += one.days * DAY_MS
            await database.run(({ credits }) => credits.expire(orgId, now))
          } else {
            const reference = references[one.nth] ?? 'none'
            await database.run(({ credits }) => credits.takeBack({ ...change, type: 'refund' }, reference, one.cents))
          }
          const sums = await sumsOf(world, orgId)
          expect(sums).toEqual({ entries: sums.balance, lots: sums.balance, balance: sums.balance })
          expect(sums.balance).toBeGreaterThanOrEqual(0)
          expect(served).toBeLessThanOrEqual(in_ * 10_000)
        }
      }),
      { numRuns: 25 },
    )
  })

  it('adds a top-up once, however often and concurrently the event arrives', async ({ world, calls: { send, balance } }) => {
    const user = await world.signUp()
    const event = paid(user.orgId, `pi_${randomUUID()}`, 2500)
    const replies = await Promise.all(Array.from({ length: 50 }, () => send(event)))
    expect(new Set(replies.map(({ status }) => status))).toEqual(new Set([200]))
    // The same payment in another event is the same top-up.
    await ok(send({ ...event, id: `evt_${randomUUID()}` }))
    expect(await balance(user)).toMatchObject({ balance_cents: 2500, balance_usd: '25.00' })
  })

  it('rejects an event that is unsigned, too old or for another account', async ({ world, calls: { send, balance } }) => {
    const user = await world.signUp()
    const event = paid(user.orgId, `pi_${randomUUID()}`, 2500)
    expect((await send(event, Math.trunc(Date.now() / 1000) - 301)).status).toBe(400)
    const body = JSON.stringify(event)
    for (const signature of [
      '',
      't=1,v1=00',
      `t=${Math.trunc(Date.now() / 1000)},v1=${createHmac('sha256', 'x').update(body).digest('hex')}`,
    ]) {
      const headers = { 'content-type': 'application/json', 'stripe-signature': signature }
      expect((await world.call('POST', '/v1/billing/webhooks', { body, headers })).status).toBe(400)
    }
    expect((await balance(user)).balance_cents).toBe(0)
  })

  it('deducts refunds as far as credits are left, before or after the top-up, and restores failed ones', async ({
    world,
    calls: { send, balance },
  }) => {
    const user = await world.signUp()
    const [early, late] = [`pi_${randomUUID()}`, `pi_${randomUUID()}`]
    await ok(send(refund(early, 700)))
    await ok(send(paid(user.orgId, early, 1000)))
    expect((await balance(user)).balance_cents).toBe(300)
    await ok(send(paid(user.orgId, late, 500)))
    const id = `re_${randomUUID()}`
    await ok(send(refund(late, 9999, 'refund.created', id)))
    expect((await balance(user)).balance_cents).toBe(300)
    await ok(send(refund(late, 9999, 'refund.failed', id)))
    expect((await balance(user)).balance_cents).toBe(800)
    expect(await sumsOf(world, user.orgId)).toEqual({ entries: 800, lots: 800, balance: 800 })
  })

  it('puts an organisation on the paid tier, keeps it there for a while after a failed payment, and then ends it', async ({
    world,
    calls: { send },
  }) => {
    const user = await world.signUp()
    const customer = `cus_${randomUUID()}`
    await world.server.database.run(({ subscriptions }) => subscriptions.setCustomer(user.orgId, customer))
    const now = Math.trunc(Date.now() / 1000)
    const tell = (status: string, created: number, more: object = {}) =>
      ok(
        send({
          created,
          type: 'customer.subscription.updated',
          data: {
            object: {
              id: 'sub_1',
              customer,
              status,
              cancel_at_period_end: false,
              metadata: {},
              items: {
                data: [
                  {
                    current_period_start: now - 3600,
                    current_period_end: now + 30 * 86_400,
                    price: { unit_amount: 2900, recurring: { interval: 'month' } },
                  },
                ],
              },
              ...more,
            },
          },
        }),
      )
    const tier = async () => (await ok(world.call('GET', '/v1/billing/subscription', { token: user.token }))).body
    await tell('active', now)
    expect(await tier()).toMatchObject({ tier: 'pro', status: 'active', interval: 'monthly', period_end: expect.any(String) })
    await tell('canceled', now - 10)
    expect((await tier()).tier).toBe('pro')
    await tell('past_due', now + 1)
    expect(await tier()).toMatchObject({ tier: 'pro', status: 'past_due' })
    await tell('canceled', now + 2)
    expect(await tier()).toMatchObject({ tier: 'free', status: 'canceled' })
  })

  it('warns owners 30 and 7 days before credits expire, once each, and expires them', async ({ world, calls: { send } }) => {
    const user = await world.signUp()
    await ok(send(paid(user.orgId, `pi_${randomUUID()}`, 4200)))
    const round = () => world.server.services.creditExpiry.round()
    const message = (count: number) => mailbox(world.dataDir).newest('credits-expiring', user.email, count)
    const written = async () =>
      (await mailbox(world.dataDir).all()).filter(({ kind, to }) => kind === 'credits-expiring' && to === user.email)
    await round()
    world.advance(336 * DAY_MS)
    await round()
    await round()
    expect((await message(1)).subject).toContain('$42.00')
    world.advance(23 * DAY_MS)
    await round()
    await message(2)
    expect(await written()).toHaveLength(2)
    world.advance(8 * DAY_MS)
    await round()
    expect(await sumsOf(world, user.orgId)).toEqual({ entries: 0, lots: 0, balance: 0 })
  })
})
