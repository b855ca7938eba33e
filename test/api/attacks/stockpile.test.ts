import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { until } from '../../support/intents.ts'
import { ok } from '../../support/world.ts'

const HOUR = 3_600_000
const PAY = { to: '0x00000000219ab540356cBB839Cbe05303d7705Fa', value: '0.9', chain: 'test-31337', gas_limit: 21_000 }

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf())
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil]),
)

describe.each(engines)('a daily limit, on $engine', ({ it }) => {
  it('cannot be exceeded by signatures for later nonces, unless a person allows them', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil)
    const pay = { ...PAY, value: '0.001' }
    const first = (await ok(world.sign(agent, pay))).body
    expect(first.nonce).toBe(0)
    const asMessage = { intent_type: 'transaction', ...pay }
    for (const denied of [
      await world.sign(agent, pay),
      await world.sign(agent, { ...pay, nonce: 1 }),
      await world.sign(agent, { ...pay, nonce: 5, gas_price: '2000000000' }),
      await world.call('POST', `/v1/agents/${agent.id}/sign`, { token: agent.token, body: asMessage }),
    ]) {
      expect([denied.status, denied.body.detail]).toEqual([
        403,
        expect.stringMatching(/^Refused by tx_sign_any_nonce: The next nonce .* is 0/),
      ])
    }
    expect((await ok(world.sign(agent, { ...pay, value: '0.002', nonce: 0 }))).body.nonce).toBe(0)

    await anvil.rpc('eth_sendRawTransaction', first.signed_tx)
    expect((await ok(world.sign(agent, pay))).body.nonce).toBe(1)
    // A transaction that the server sends is not a signature to collect: the next one gets the next nonce.
    const other = await world.signingAgent(anvil)
    expect((await ok(world.submit(other, pay))).body.nonce).toBe(0)
    expect((await ok(world.sign(other, { ...pay, nonce: 1 }))).body.nonce).toBe(1)

    const body = { tx_sign_any_nonce: true }
    await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body }))
    const later = await Promise.all([pay, { ...pay, nonce: 7 }].map(each => world.sign(agent, each)))
    expect(later.map(reply => reply.body.nonce)).toEqual([2, 7])
  })

  it('cannot be stockpiled: an issued signature counts until it is used or displaced', async ({ anvil, world }) => {
    const made = await world.signingAgent(anvil, { tx_daily_limit_eth: '1' })
    const agent = { ...made, token: made.key }
    const first = (await ok(world.sign(agent, PAY))).body
    const round = () => world.server.services.following.round()
    for (const hours of [0.2, 13, 13, 24, 24 * 8, 24 * 30]) {
      world.advance(hours * HOUR)
      await round()
    }
    const second = await world.sign(agent, PAY)
    expect([second.status, second.body.detail]).toEqual([403, expect.stringContaining('tx_daily_limit_eth')])
    await anvil.rpc('eth_sendRawTransaction', first.signed_tx)
    await until(async () => (await anvil.rpc('eth_getTransactionReceipt', first.tx_hash)) !== null, 'it is mined')
    world.advance(2 * HOUR)
    await round()
    expect((await world.sign(agent, PAY)).status).toBe(200)
  })
})
