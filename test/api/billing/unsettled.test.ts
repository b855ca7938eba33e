import { randomBytes } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, ok, type World } from '../../support/world.ts'
import { pricedWorld } from '../../support/x402/priced-world.ts'
import { PAY_TO, proof, type StandIn, standInFacilitator, TRANSACTION } from '../../support/x402/stand-in.ts'

const MINUTE_MS = 60_000
const UNSURE = 'the facilitator did not confirm the settlement; send the same payment again'

describe.each(ENGINES)('payments whose settlement is unknown, on %s', engine => {
  let world: World
  let facilitator: StandIn
  let user: { readonly token: string }
  let secret: string
  beforeAll(async () => {
    facilitator = await standInFacilitator()
    world = await makeWorld(engine)
    ;({ user, secret } = await pricedWorld(world, facilitator))
  })
  afterEach(() => {
    facilitator.says({})
    facilitator.chainSays('open')
  })
  afterAll(async () => {
    await world?.close()
    await facilitator?.close()
  })

  const show = (payment: string, path = secret) =>
    world.call('GET', path, { token: user.token, headers: { 'x-payment': payment } })
  const payment = (validBefore?: string) => JSON.stringify(proof(randomBytes(32).toString('hex'), validBefore))
  /** Runs the job in rounds, while the clock moves. */
  const repeat = async (times = 1) => {
    for (let round = 0; round < times; round++) {
      world.advance(6 * MINUTE_MS)
      await world.server.services.billing.x402.settleLeft()
    }
  }
  const used = { status: 402, body: { error: 'the payment was used before' } }
  const served = { status: 200, body: { value: 'the value' } }

  it.each([
    ['breaks off', () => ({ status: 0, body: '' })],
    ['answers garbage', () => ({ body: '<html>' })],
    ['breaks down', () => ({ status: 502, body: 'bad gateway' })],
    ['names no transaction', () => ({ body: { success: true, transaction: 'soon' } })],
  ])('serves nothing while the facilitator %s, and serves the same payment once it is settled', async (_, settle) => {
    facilitator.says({ settle })
    const paid = payment()
    const first = await show(paid)
    expect(first).toMatchObject({ status: 402, body: { error: UNSURE } })
    expect(JSON.stringify(first.body)).not.toContain('the value')
    expect(await show(paid)).toMatchObject({ status: 402, body: { error: UNSURE } })
    facilitator.says({})
    expect(await show(paid)).toMatchObject(served)
    expect(await show(paid)).toMatchObject(used)
  })

  it('finds on the chain that the money was moved, and does not ask for it again', async () => {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    const paid = payment()
    expect((await show(paid)).body.error).toBe(UNSURE)
    facilitator.chainSays('moved')
    facilitator.says({ settle: () => ({ body: { success: false, errorReason: 'invalid_exact_evm_nonce_already_used' } }) })
    const before = facilitator.asked.settle
    const reply = await show(paid)
    expect(reply).toMatchObject(served)
    expect(facilitator.asked.settle).toBe(before)
    const settled = JSON.parse(Buffer.from(String(reply.headers['x-payment-response']), 'base64').toString())
    expect(settled).toMatchObject({ success: true, transaction: TRANSACTION })
    expect(await show(paid)).toMatchObject(used)
  })

  it('answers at once when the facilitator says no but the chain has the money', async () => {
    facilitator.says({ settle: () => ({ body: { success: false, errorReason: 'timeout' } }) })
    facilitator.chainSays('moved')
    expect(await show(payment())).toMatchObject(served)
  })

  it('settles it once in the background, for this request only', async () => {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    const paid = payment()
    expect((await show(paid)).body.error).toBe(UNSURE)
    facilitator.says({})
    const before = facilitator.asked.settle
    const { settleLeft } = world.server.services.billing.x402
    await Promise.all([settleLeft(), settleLeft(), settleLeft()])
    await repeat(2)
    expect(facilitator.asked.settle - before).toBe(1)
    expect(await show(paid, `${secret}/other`)).toMatchObject(used)
    const replies = await Promise.all(Array.from({ length: 50 }, () => show(paid)))
    expect(replies.filter(({ status }) => status === 200)).toHaveLength(1)
    expect(replies.filter(({ status }) => status === 402)).toHaveLength(49)
    expect(facilitator.asked.settle - before).toBe(1)
  })

  it('serves it for the same body only, so that one payment does not write twice', async () => {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    const paid = payment()
    const write = (value: string) =>
      world.call('PUT', `${secret}/paid`, { token: user.token, headers: { 'x-payment': paid }, body: { value } })
    expect((await write('first')).body.error).toBe(UNSURE)
    facilitator.says({})
    await repeat()
    expect(await write('second')).toMatchObject(used)
    expect(await write('first')).toMatchObject({ status: 201, body: { path: 'a/b/paid' } })
    expect(await write('first')).toMatchObject(used)
  })

  it('gives it up when the authorization has expired and no money moved on the chain', async () => {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    const paid = payment(String(Math.trunc(Date.now() / 1000) + 120 * 60))
    expect((await show(paid)).body.error).toBe(UNSURE)
    facilitator.says({ settle: () => ({ body: { success: false, errorReason: 'expired' } }) })
    await repeat()
    // Until its last second the payment could still be in progress.
    expect((await show(paid)).body.error).toMatch(/send (it|the same payment) again/)
    world.advance(130 * MINUTE_MS)
    await repeat()
    facilitator.says({})
    expect(await show(paid)).toMatchObject(used)
  })

  it('serves nothing for a cancelled authorization', async () => {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    const paid = payment()
    expect((await show(paid)).body.error).toBe(UNSURE)
    facilitator.says({})
    facilitator.chainSays('cancelled')
    await repeat()
    expect(await show(paid)).toMatchObject(used)
  })

  it('gives up a payment that neither the facilitator nor the chain ever mentions', async () => {
    facilitator.says({ settle: () => ({ status: 500, body: '' }) })
    facilitator.chainSays('silent')
    const paid = payment()
    expect((await show(paid)).body.error).toBe(UNSURE)
    await repeat(31)
    const before = facilitator.asked.settle
    await repeat(3)
    expect(facilitator.asked.settle).toBe(before)
    expect(await show(paid)).toMatchObject(used)
  })

  it('keeps the payment with its request when the server fails, and settles it when the request succeeds', async () => {
    const paid = payment()
    const before = facilitator.asked.settle
    const fault = vi
      .spyOn(world.server.services.keyring, 'unwrapKey')
      .mockRejectedValue(new Error('The key provider has a fault.'))
    const reply = await show(paid)
    fault.mockRestore()
    expect(reply.status).toBe(500)
    expect(facilitator.asked.settle).toBe(before)
    expect(await show(paid, `${secret}/other`)).toMatchObject(used)
    expect(await show(paid)).toMatchObject(served)
    expect(facilitator.asked.settle - before).toBe(1)
  })

  it('resumes a request whose process died, when the same request is sent again', async () => {
    const { database } = world.server
    const paid = proof()
    const { hash } = await left(paid, 'reserved')
    const before = facilitator.asked.settle
    await repeat(2)
    expect(facilitator.asked.settle).toBe(before)
    expect(await show(JSON.stringify(paid), `${secret}/other`)).toMatchObject(used)
    expect(await show(JSON.stringify(paid))).toMatchObject(served)
    await expect.poll(async () => (await database.read(({ payments }) => payments.find(hash)))?.state).toBe('settled')
  })

  it('settles once what a process left when it died between serving and settling', async () => {
    const { database, services } = world.server
    const paid = proof()
    const { hash } = await left(paid, 'done')
    const before = facilitator.asked.settle
    await Promise.all([services.billing.x402.settleLeft(), services.billing.x402.settleLeft()])
    await services.billing.x402.settleLeft()
    expect(facilitator.asked.settle - before).toBe(1)
    const found = await database.read(({ payments }) => payments.find(hash))
    expect(found).toMatchObject({ state: 'paid', transactionHash: TRANSACTION })
    expect(await show(JSON.stringify(paid))).toMatchObject(served)
    expect(await show(JSON.stringify(paid))).toMatchObject(used)
  })

  /** The content of the database when a process dies in one of the two states. */
  async function left(paid: ReturnType<typeof proof>, state: 'reserved' | 'done') {
    facilitator.says({ settle: () => ({ status: 0, body: '' }) })
    expect((await show(JSON.stringify(paid))).body.error).toBe(UNSURE)
    facilitator.says({})
    const { nonce } = paid.payload.authorization
    const hash = await world.server.database.run(async ({ payments }) => {
      const due = await payments.claim({ now: Date.now() + 1e12, limit: 100, dueAt: 0 })
      const { proofHash } = due.find(({ request }) => JSON.stringify(request).includes(nonce)) ?? { proofHash: '' }
      await payments.move(proofHash, { from: ['done'], to: state })
      return proofHash
    })
    expect(hash).not.toBe('')
    return { hash }
  }

  it('pays to the configured account', async () => {
    expect((await ok(world.call('GET', '/.well-known/x402'))).body.resources[0].accepts[0].payTo).toBe(PAY_TO)
  })
})
