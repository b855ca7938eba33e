import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'
import { pricedWorld } from '../../support/x402/priced-world.ts'
import { PAY_TO, proof, type StandIn, standInFacilitator, TRANSACTION } from '../../support/x402/stand-in.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }, { onCleanup }) => {
      const facilitator = await standInFacilitator()
      const { user, secret } = await pricedWorld(world, facilitator, owner)
      onCleanup(async () => {
        await facilitator?.close()
      })
      return { facilitator, user, secret }
    })
    .extend('calls', ({ world, scene: { user, secret } }) => {
      const read = (payment?: string, header = 'x-payment') =>
        world.call('GET', secret, { token: user.token, ...(payment !== undefined && { headers: { [header]: payment } }) })
      return { read }
    }),
)

describe.each(engines)('payments by x402 on $engine', ({ it }) => {
  it.afterEach(({ scene: { facilitator } }) => facilitator?.says({}))

  it('asks a caller without credential or payment to pay before anything else', async ({ world, scene: { secret } }) => {
    const reply = await world.call('GET', secret)
    expect(reply.status).toBe(402)
    expect(reply.body).toEqual({
      x402Version: 1,
      error: 'X-PAYMENT header is required',
      accepts: [
        {
          scheme: 'exact',
          network: 'base',
          maxAmountRequired: '1500',
          resource: `http://1claw.test${secret}`,
          payTo: PAY_TO,
          maxTimeoutSeconds: 60,
          asset: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913',
          extra: { name: 'USD Coin', version: '2' },
          description: 'Read a secret',
          mimeType: 'application/json',
        },
      ],
      description: 'Read a secret',
    })
    const v2 = JSON.parse(Buffer.from(String(reply.headers['payment-required']), 'base64').toString())
    expect(v2).toMatchObject({ x402Version: 2, accepts: [{ network: 'eip155:8453', amount: '1500', payTo: PAY_TO }] })
    expect((await world.call('GET', '/v1/vaults')).status).toBe(401)
  })

  it('serves a paying request once, and reports what was settled', async ({ world, scene: { user }, calls: { read } }) => {
    const payment = JSON.stringify(proof())
    const reply = await read(payment)
    expect(reply).toMatchObject({ status: 200, body: { value: 'the value' } })
    const settled = JSON.parse(Buffer.from(String(reply.headers['x-payment-response']), 'base64').toString())
    expect(settled).toMatchObject({ success: true, transaction: TRANSACTION })
    for (const again of [payment, Buffer.from(payment).toString('base64'), ` ${payment}`]) {
      expect(await read(again)).toMatchObject({ status: 402, body: { error: 'the payment was used before' } })
    }
    const { events } = (await ok(world.call('GET', '/v1/billing/history?limit=10', { token: user.token }))).body
    const paid = events.filter((event: { is_paid: boolean }) => event.is_paid)
    expect(paid).toMatchObject([{ status_code: 200, price_usd: '0.0015' }])
  })

  it('counts a payment that is sent 50 times at once for one request only', async ({
    scene: { facilitator },
    calls: { read },
  }) => {
    const before = facilitator.asked.settle
    const payment = Buffer.from(JSON.stringify(proof())).toString('base64')
    const replies = await Promise.all(Array.from({ length: 50 }, () => read(payment)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 402)).toHaveLength(49)
    expect(facilitator.asked.settle - before).toBe(1)
  })

  it('accepts a payment of version 2 for exactly these terms', async ({ calls: { read } }) => {
    const reply = await read()
    const { accepts, resource } = JSON.parse(Buffer.from(String(reply.headers['payment-required']), 'base64').toString())
    const { payload } = proof()
    const signed = (accepted: object) =>
      Buffer.from(JSON.stringify({ x402Version: 2, resource, accepted, payload })).toString('base64')
    expect(await read(signed({ ...accepts[0], amount: '1' }), 'payment-signature')).toMatchObject({
      status: 402,
      body: { error: 'the payment is for other terms than these' },
    })
    const paid = await read(signed(accepts[0]), 'payment-signature')
    expect(paid.status).toBe(200)
    expect(paid.headers).toHaveProperty('payment-response')
  })

  it.for(
    cases([
      ['garbage', 'garbage', 'the payment is neither JSON nor base64 of it'],
      ['another form', '{"x402Version":1}', 'the payment does not have the form of the protocol'],
      ['another network', JSON.stringify({ ...proof(), network: 'polygon' }), 'the payment is for other terms than these'],
    ]),
  )('refuses %s without asking the facilitator', async ([_, payment, error], { scene: { facilitator }, calls: { read } }) => {
    const before = facilitator.asked.verify
    expect(await read(payment)).toMatchObject({ status: 402, body: { error } })
    expect(facilitator.asked.verify).toBe(before)
  })

  it.for(
    cases<[string, Parameters<StandIn['says']>[0]]>([
      ['does not verify it', { verify: () => ({ body: { isValid: false, invalidReason: 'insufficient_funds' } }) }],
      ['breaks down', { verify: () => ({ status: 500, body: '' }) }],
      ['answers garbage', { verify: () => ({ body: '<html>' }) }],
      ['names another payer', { verify: () => ({ body: { isValid: true, payer: PAY_TO } }) }],
      ['does not settle it', { settle: () => ({ body: { success: false, errorReason: 'nonce used' } }) }],
      ['breaks down at the settlement', { settle: () => ({ status: 502, body: 'bad gateway' }) }],
      ['lies about a settlement', { settle: () => ({ body: { success: true, transaction: 'soon' } }) }],
    ]),
  )('serves nothing when the facilitator %s', async ([_, answers], { scene: { facilitator }, calls: { read } }) => {
    facilitator.says(answers)
    const reply = await read(JSON.stringify(proof()))
    expect(reply.status).toBe(402)
    expect(JSON.stringify(reply.body)).not.toContain('the value')
  })

  it('charges nothing for a failed request, and accepts its payment for another', async ({
    world,
    scene: { facilitator, user, secret },
    calls: { read },
  }) => {
    const payment = JSON.stringify(proof())
    const before = facilitator.asked.settle
    const missing = await world.call('GET', `${secret}/none`, { token: user.token, headers: { 'x-payment': payment } })
    expect(missing.status).toBe(404)
    expect(facilitator.asked.settle).toBe(before)
    expect((await read(payment)).status).toBe(200)
  })

  it('lists its prices for everyone', async ({ world }) => {
    const { body } = await ok(world.call('GET', '/.well-known/x402'))
    expect(body).toMatchObject({ x402Version: 1, enabled: true })
    expect(body.resources).toContainEqual({
      method: 'GET',
      path: '/v1/vaults/{vault_id}/secrets/{path}',
      description: 'Read a secret',
      price_usd: '0.0015',
      accepts: [expect.objectContaining({ maxAmountRequired: '1500', network: 'base' })],
    })
  })
})
