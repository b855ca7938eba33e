import { randomBytes } from 'node:crypto'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest'
import { enforcing, useUp } from '../../support/billing.ts'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, ok, type TestUser, type World } from '../../support/world.ts'

const PAYER = `0x${'1a'.repeat(20)}`
const TRANSACTION = `0x${'2b'.repeat(32)}`
const PAY_TO = `0x${'3c'.repeat(20)}`

type Answer = { status?: number; body: unknown }

/** Who would verify and settle: it counts what it is asked, and says what the test wants. */
async function standInFacilitator() {
  const asked = { verify: 0, settle: 0 }
  const good = {
    verify: (): Answer => ({ body: { isValid: true, payer: PAYER } }),
    settle: (): Answer => ({ body: { success: true, transaction: TRANSACTION, network: 'base', payer: PAYER } }),
  }
  let answers = good
  const server = createServer((request, reply) => {
    const what = request.url === '/settle' ? 'settle' : 'verify'
    asked[what]++
    const { status = 200, body } = answers[what]()
    request.resume().on('end', () => {
      reply.writeHead(status, { 'content-type': 'application/json' })
      reply.end(typeof body === 'string' ? body : JSON.stringify(body))
    })
  })
  await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    asked,
    says: (some: Partial<typeof good>) => {
      answers = { ...good, ...some }
    },
    close: () => new Promise(resolve => server.close(resolve)),
  }
}

/** A payment as a client of the protocol's first version signs it; nobody here checks the signature. */
function proof(nonce = randomBytes(32).toString('hex')) {
  const authorization = {
    from: PAYER,
    to: PAY_TO,
    value: '1500',
    validAfter: '0',
    validBefore: '9999999999',
    nonce: `0x${nonce}`,
  }
  return { x402Version: 1, scheme: 'exact', network: 'base', payload: { signature: `0x${'4d'.repeat(65)}`, authorization } }
}

describe.each(ENGINES)('payments by x402 on %s', engine => {
  let world: World
  let facilitator: Awaited<ReturnType<typeof standInFacilitator>>
  let user: TestUser
  let secret: string
  beforeAll(async () => {
    facilitator = await standInFacilitator()
    world = await makeWorld(engine)
    const admin = await enforcing(world)
    const body = { pay_to: PAY_TO, network: 'base', scheme: 'exact', facilitator_url: facilitator.url }
    await ok(world.call('PUT', '/v1/admin/x402', { token: admin.token, body }))
    user = await world.signUp()
    const vault = await world.vault(user)
    await world.put(user, vault, 'a/b', 'the value')
    secret = `/v1/vaults/${vault}/secrets/a/b`
    await useUp(world, user.orgId)
  })
  afterEach(() => facilitator?.says({}))
  afterAll(async () => {
    await world?.close()
    await facilitator?.close()
  })

  const read = (payment?: string, header = 'x-payment') =>
    world.call('GET', secret, { token: user.token, ...(payment !== undefined && { headers: { [header]: payment } }) })

  it('asks whoever comes with neither credential nor payment to pay, before anything else', async () => {
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

  it('serves a request that pays, once, and says what was settled', async () => {
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

  it('counts a payment that is shown 50 times at once for one request', async () => {
    const before = facilitator.asked.settle
    const payment = Buffer.from(JSON.stringify(proof())).toString('base64')
    const replies = await Promise.all(Array.from({ length: 50 }, () => read(payment)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 402)).toHaveLength(49)
    expect(facilitator.asked.settle - before).toBe(1)
  })

  it('takes a payment of the second version for these very terms, and for no others', async () => {
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

  it.each([
    ['garbage', 'garbage', 'the payment is neither JSON nor base64 of it'],
    ['another form', '{"x402Version":1}', 'the payment has not the form of the protocol'],
    ['another network', JSON.stringify({ ...proof(), network: 'polygon' }), 'the payment is for other terms than these'],
  ])('refuses %s without asking the facilitator', async (_, payment, error) => {
    const before = facilitator.asked.verify
    expect(await read(payment)).toMatchObject({ status: 402, body: { error } })
    expect(facilitator.asked.verify).toBe(before)
  })

  it.each<[string, Parameters<typeof facilitator.says>[0]]>([
    ['does not verify it', { verify: () => ({ body: { isValid: false, invalidReason: 'insufficient_funds' } }) }],
    ['breaks down', { verify: () => ({ status: 500, body: '' }) }],
    ['answers garbage', { verify: () => ({ body: '<html>' }) }],
    ['names another payer', { verify: () => ({ body: { isValid: true, payer: PAY_TO } }) }],
    ['does not settle it', { settle: () => ({ body: { success: false, errorReason: 'nonce used' } }) }],
    ['breaks down at the settlement', { settle: () => ({ status: 502, body: 'bad gateway' }) }],
    ['lies about a settlement', { settle: () => ({ body: { success: true, transaction: 'soon' } }) }],
  ])('gives nothing when the facilitator %s', async (_, answers) => {
    facilitator.says(answers)
    const reply = await read(JSON.stringify(proof()))
    expect(reply.status).toBe(402)
    expect(JSON.stringify(reply.body)).not.toContain('the value')
  })

  it('takes nothing for a request that fails, and lets the payment be used for another', async () => {
    const payment = JSON.stringify(proof())
    const before = facilitator.asked.settle
    const missing = await world.call('GET', `${secret}/none`, { token: user.token, headers: { 'x-payment': payment } })
    expect(missing.status).toBe(404)
    expect(facilitator.asked.settle).toBe(before)
    expect((await read(payment)).status).toBe(200)
  })

  it('settles what a process left when it died, once', async () => {
    const { database, services } = world.server
    const proofHash = randomBytes(32).toString('hex')
    const told = { url: facilitator.url, x402Version: 1, paymentPayload: proof(), paymentRequirements: {} }
    await database.run(({ payments }) =>
      payments.reserve(
        {
          proofHash,
          orgId: user.orgId,
          operation: 'secrets.get',
          payer: PAYER,
          network: 'eip155:8453',
          amount: '1500',
          request: JSON.stringify(told),
          createdAt: 0,
          attempts: 0,
        },
        0,
      ),
    )
    const before = facilitator.asked.settle
    await Promise.all([services.billing.x402.settleLeft(), services.billing.x402.settleLeft()])
    await services.billing.x402.settleLeft()
    expect(facilitator.asked.settle - before).toBe(1)
    expect(await database.read(({ payments }) => payments.find(proofHash))).toEqual({
      state: 'settled',
      transactionHash: TRANSACTION,
    })
  })

  it('lists its prices for everybody', async () => {
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
