import { parseTransaction, recoverTransactionAddress } from 'viem'
import { describe, expect } from 'vitest'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { ETHER, until } from '../../support/intents.ts'
import { ok } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_338 }))
    .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil]),
)

describe.each(engines)('submitting on $engine', ({ it }) => {
  it('signs and sends without showing the key', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil)
    const { status, body } = await world.submit(agent, { to: SOMEBODY, value: '0.5', chain: 'test-31338' })
    expect(status).toBe(201)
    expect(body).toMatchObject({
      agent_id: agent.id,
      chain: 'test-31338',
      chain_id: 31_338,
      from: agent.address,
      to: SOMEBODY,
      value_wei: '500000000000000000',
      nonce: 0,
      status: 'broadcast',
      summary: { kind: 'transfer', text: `Send 0.5 ETH to ${SOMEBODY}.` },
    })
    expect(await recoverTransactionAddress({ serializedTransaction: body.signed_tx })).toBe(agent.address)
    expect(parseTransaction(body.signed_tx)).toMatchObject({ type: 'eip1559', chainId: 31_338, value: ETHER / 2n })
    expect(await anvil.rpc('eth_getTransactionByHash', body.tx_hash)).toMatchObject({ value: '0x6f05b59d3b20000' })

    await until(async () => (await world.transaction(agent, body.id)).chain_status === 'mined', 'the receipt is found')
    const found = await world.transaction(agent, body.id)
    expect(found).toMatchObject({ status: 'broadcast', gas_used: '21000', block_number: expect.any(Number) })
    expect(found).not.toHaveProperty('signed_tx')
    expect((await world.transaction(agent, body.id, '?include_signed_tx=1')).signed_tx).toBe(body.signed_tx)
    expect(await world.transactions(agent)).toHaveLength(1)
  })

  it('gives parallel requests consecutive nonces', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil)
    const body = { to: SOMEBODY, value: '0.001', chain: '31338' }
    const replies = await Promise.all(Array.from({ length: 100 }, () => world.submit(agent, body)))
    expect(replies.map(reply => reply.status)).toEqual(replies.map(() => 201))
    expect(replies.map(reply => reply.body.nonce).sort((a, b) => a - b)).toEqual(replies.map((_, index) => index))
    expect(replies.map(reply => reply.body.status)).toEqual(replies.map(() => 'broadcast'))
    const mined = async () => Number(await anvil.rpc('eth_getTransactionCount', agent.address, 'latest'))
    await until(async () => (await mined()) === 100, 'all are mined')
    expect(new Set(replies.map(reply => reply.body.tx_hash)).size).toBe(100)
  })

  it('leaves an event of each', async ({ anvil, world }) => {
    const agent = await world.signingAgent(anvil)
    const { body } = await world.submit(agent, { to: SOMEBODY, value: '0.25', chain: 'test-31338' })
    const { events } = (await ok(world.call('GET', `/v1/audit/events?resource_id=${body.id}`, { token: world.owner.token }))).body
    expect(events).toHaveLength(1)
    expect(events[0]).toMatchObject({
      action: 'transaction.submit',
      actor_id: agent.id,
      details: { to: SOMEBODY, value: '0.25', tx_hash: body.tx_hash, key_path: agent.keyPath, nonce: 0 },
    })
  })
})
