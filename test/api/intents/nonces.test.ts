import { parseTransaction } from 'viem'
import { describe, expect } from 'vitest'
import { startAnvil } from '../../support/anvil.ts'
import { call, deploy, FAILING } from '../../support/contracts.ts'
import { anvilOf, chainTestsOn, onEngines } from '../../support/fixtures.ts'
import { ETHER, type SigningAgent, until } from '../../support/intents.ts'
import { type Mischief, startRpcProxy } from '../../support/rpc-proxy.ts'
import { ok } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = 'test-31345'
const PAY = { to: SOMEBODY, value: '0.01', chain: CHAIN, gas_limit: 21_000 }
const SEND = 'eth_sendRawTransaction'
const MINUTE_MS = 60_000

const engines = onEngines(engine =>
  chainTestsOn(engine)
    .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_345 }))
    .extend('proxy', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
      const proxy = await startRpcProxy(anvil)
      onCleanup(() => proxy.close())
      return proxy
    })
    .extend('chains', { scope: 'file' }, ({ proxy }) => [proxy])
    .extend('calls', ({ anvil, proxy, world }) => {
      const minedBy = async (agent: SigningAgent) => Number(await anvil.rpc('eth_getTransactionCount', agent.address, 'latest'))
      const lasting = async (funds?: bigint) => {
        const agent = await world.signingAgent(anvil, { tx_sign_any_nonce: true }, funds)
        return { ...agent, token: agent.key }
      }
      /** Refuses the first transaction with this nonce. */
      const refuseOnce = (nonce: number, message: string) => {
        let done = false
        proxy.behave((method, [raw]): Mischief => {
          if (method !== SEND || done || parseTransaction(raw as `0x${string}`).nonce !== nonce) return 'pass'
          done = true
          return { error: { code: -32_000, message } }
        })
      }
      /** Moves the clock and runs the job. */
      const later = async (ms: number) => {
        world.advance(ms)
        await world.server.services.following.round()
      }
      return { minedBy, lasting, refuseOnce, later }
    }),
)

describe.each(engines)('nonces on $engine', ({ it }) => {
  it('continue where someone else has used the key', async ({ anvil, world, calls: { lasting, minedBy } }) => {
    const agent = await lasting()
    await anvil.rpc('anvil_setNonce', agent.address, '0x7')
    expect((await ok(world.submit(agent, PAY))).body.nonce).toBe(7)
    // The node sets the number again when it mines this one.
    await until(async () => (await minedBy(agent)) === 8, 'the transaction is mined')
    await anvil.rpc('anvil_setNonce', agent.address, '0xb')
    // The last reply of the chain is cached for a moment.
    world.advance(300)
    expect((await ok(world.submit(agent, PAY))).body.nonce).toBe(11)
  })

  it('are reused by the next transaction after a node refused them', async ({ world, calls: { lasting, refuseOnce } }) => {
    const agent = await lasting()
    refuseOnce(0, 'transaction underpriced')
    const refused = (await ok(world.submit(agent, PAY))).body
    expect(refused).toMatchObject({ status: 'failed', nonce: 0, error_message: 'The chain refused it: transaction underpriced.' })
    expect((await ok(world.submit(agent, PAY))).body).toMatchObject({ status: 'broadcast', nonce: 0 })
  })

  it('are filled when they were refused while later ones wait, so that those are mined', async ({
    world,
    calls: { lasting, refuseOnce, minedBy },
  }) => {
    const agent = await lasting()
    refuseOnce(3, 'insufficient funds for gas * price + value')
    const replies = await Promise.all(Array.from({ length: 12 }, () => world.submit(agent, PAY)))
    const statuses = replies.map(reply => reply.body.status)
    expect(statuses.filter(status => status === 'failed')).toHaveLength(1)
    expect(statuses.filter(status => status === 'broadcast')).toHaveLength(11)
    await until(async () => (await minedBy(agent)) === 12, 'what waited is mined')
    const all = await world.transactions(agent)
    const fillers = all.filter(each => each.summary.text.startsWith('Send nothing to itself'))
    expect(fillers).toMatchObject([{ nonce: 3, value_wei: '0', to: agent.address, status: 'broadcast' }])
    expect(
      all
        .filter(each => each.status === 'broadcast')
        .map(each => each.nonce)
        .sort((a, b) => a - b),
    ).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
    const { events } = (
      await ok(world.call('GET', `/v1/audit/events?resource_id=${fillers[0].id}`, { token: world.owner.token }))
    ).body
    expect(events).toHaveLength(1)
  })

  it('that could not be filled are used by the next transaction', async ({ proxy, world, calls: { lasting, minedBy } }) => {
    const agent = await lasting()
    let refusals = 0
    proxy.behave((method, [raw]) => {
      if (method !== SEND || parseTransaction(raw as `0x${string}`).nonce !== 1 || refusals >= 2) return 'pass'
      refusals += 1
      return { error: { code: -32_000, message: 'transaction underpriced' } }
    })
    await ok(world.submit(agent, PAY))
    // They wait for the one in between, however busy the machine is.
    for (const nonce of [2, 3]) await ok(world.submit(agent, { ...PAY, nonce }))
    expect((await ok(world.submit(agent, PAY))).body).toMatchObject({ nonce: 1, status: 'failed' })
    await until(async () => (await minedBy(agent)) === 1, 'the first is mined')
    expect(refusals).toBe(2)
    expect((await ok(world.submit(agent, PAY))).body).toMatchObject({ nonce: 1, status: 'broadcast' })
    await until(async () => (await minedBy(agent)) === 4, 'all are mined')
    expect((await ok(world.submit(agent, PAY))).body.nonce).toBe(4)
  })

  it('are kept for transactions that no node has confirmed, which are sent again unchanged', async ({
    proxy,
    world,
    calls: { lasting, later, minedBy },
  }) => {
    const agent = await lasting()
    proxy.behave(method => (method === SEND ? 'drop' : 'pass'))
    const first = (await ok(world.submit(agent, PAY))).body
    expect(first).toMatchObject({ status: 'signed', nonce: 0, error_message: expect.stringContaining('it will be sent again') })
    proxy.behave(method => (method === SEND ? 'drop after' : 'pass'))
    const second = (await ok(world.submit(agent, PAY))).body
    expect(second).toMatchObject({ status: 'signed', nonce: 1 })
    proxy.behave(() => 'pass')
    await later(10_000)
    for (const { id, tx_hash } of [first, second]) {
      await until(async () => (await world.transaction(agent, id)).chain_status === 'mined', 'it is mined')
      expect(await world.transaction(agent, id)).toMatchObject({ tx_hash, status: 'broadcast' })
    }
    expect(await minedBy(agent)).toBe(2)
    world.advance(-10_000)
  })

  it('can be chosen to replace a pending transaction', async ({ world, calls: { lasting, later } }) => {
    const slow = await startAnvil({ chainId: 31_346, args: ['--no-mining'] })
    const body = { name: 'slow', display_name: 'Slow', chain_id: 31_346, rpc_url: slow.url }
    await ok(world.call('POST', '/v1/admin/chains', { token: world.owner.token, body }))
    const agent = await lasting()
    await world.giveKey(agent, slow, ETHER)
    const pay = { ...PAY, chain: 'slow', signing_key_path: 'keys/test-31346-signer', max_priority_fee_per_gas: '1000000000' }
    const first = (await ok(world.submit(agent, { ...pay, max_fee_per_gas: '3000000000' }))).body
    const poor = (await ok(world.submit(agent, { ...pay, max_fee_per_gas: '3000000000', value: '0.02', nonce: 0 }))).body
    expect(poor).toMatchObject({ status: 'failed', error_message: expect.stringMatching(/underpriced/i) })
    const better = { ...pay, max_fee_per_gas: '9000000000', max_priority_fee_per_gas: '5000000000', nonce: 0 }
    const second = (await ok(world.submit(agent, better))).body
    expect(second).toMatchObject({ status: 'broadcast', nonce: 0 })
    expect((await ok(world.submit(agent, { ...pay, max_fee_per_gas: '3000000000' }))).body.nonce).toBe(1)
    await slow.rpc('evm_mine')
    for (let round = 0; round < 4; round++) await later(MINUTE_MS)
    expect(await world.transaction(agent, second.id)).toMatchObject({ chain_status: 'mined' })
    expect(await world.transaction(agent, first.id)).toMatchObject({ status: 'failed', chain_status: 'replaced' })
    world.advance(-4 * MINUTE_MS)
    await slow.stop()
  })

  it('survive a mempool that forgets', async ({ world, calls: { lasting, later } }) => {
    const slow = await startAnvil({ chainId: 31_347, args: ['--no-mining'] })
    const body = { name: 'forgetful', display_name: 'Forgetful', chain_id: 31_347, rpc_url: slow.url }
    await ok(world.call('POST', '/v1/admin/chains', { token: world.owner.token, body }))
    const agent = await lasting()
    await world.giveKey(agent, slow, ETHER)
    const sent = (await ok(world.submit(agent, { ...PAY, chain: 'forgetful', signing_key_path: 'keys/test-31347-signer' }))).body
    await slow.rpc('anvil_dropTransaction', sent.tx_hash)
    for (let round = 0; round < 6; round++) await later(MINUTE_MS)
    expect(await slow.rpc('eth_getTransactionByHash', sent.tx_hash)).toMatchObject({ nonce: '0x0' })
    await slow.rpc('evm_mine')
    await later(MINUTE_MS)
    expect(await world.transaction(agent, sent.id)).toMatchObject({ chain_status: 'mined' })
    world.advance(-7 * MINUTE_MS)
    await slow.stop()
  })

  it('of transactions that were only signed are kept for ten minutes', async ({
    anvil,
    world,
    calls: { lasting, later, minedBy },
  }) => {
    const agent = await lasting()
    const kept = (await ok(world.sign(agent, PAY))).body
    const lost = (await ok(world.sign(agent, PAY))).body
    expect([kept.nonce, lost.nonce]).toEqual([0, 1])
    await anvil.rpc('eth_sendRawTransaction', kept.signed_tx)
    await until(async () => (await minedBy(agent)) === 1, 'it is mined')
    await later(11 * MINUTE_MS)
    expect(await world.transaction(agent, kept.id)).toMatchObject({ status: 'sign_only', chain_status: 'mined' })
    expect((await ok(world.submit(agent, PAY))).body).toMatchObject({ nonce: 1, status: 'broadcast' })
    world.advance(-11 * MINUTE_MS)
  })

  it('of transactions that were signed and not sent are filled when others wait for them', async ({
    world,
    calls: { lasting, minedBy, later },
  }) => {
    const agent = await lasting()
    expect((await ok(world.sign(agent, PAY))).body.nonce).toBe(0)
    const waiting = (await ok(world.submit(agent, PAY))).body
    expect(waiting).toMatchObject({ nonce: 1, status: 'broadcast' })
    expect(await minedBy(agent)).toBe(0)
    await later(11 * MINUTE_MS)
    await until(async () => (await minedBy(agent)) === 2, 'both are mined')
    await later(MINUTE_MS)
    expect(await world.transaction(agent, waiting.id)).toMatchObject({ chain_status: 'mined' })
    world.advance(-12 * MINUTE_MS)
  })

  it('are not filled for an agent that was deactivated', async ({ world, calls: { lasting, later, minedBy } }) => {
    const agent = await lasting()
    await ok(world.sign(agent, PAY))
    expect((await ok(world.submit(agent, PAY))).body).toMatchObject({ nonce: 1, status: 'broadcast' })
    await ok(world.call('DELETE', `/v1/agents/${agent.id}`, { token: world.owner.token }))
    await later(11 * MINUTE_MS)
    await later(MINUTE_MS)
    const listed = await ok(
      world.call('GET', `/v1/agents/${agent.id}/transactions?include=details`, { token: world.owner.token }),
    )
    expect(listed.body.transactions.map((each: { nonce: number }) => each.nonce)).toEqual([1, 0])
    expect(await minedBy(agent)).toBe(0)
    world.advance(-12 * MINUTE_MS)
  })

  it('are used up by a transaction that reverts, as is its fee', async ({ anvil, world }) => {
    const failing = await deploy(anvil, FAILING)
    const agent = await world.signingAgent(anvil, { tx_daily_limit_eth: '5' })
    const sent = (await ok(world.submit(agent, { ...PAY, value: '0', to: failing, data: call('text'), gas_limit: 100_000 }))).body
    expect(sent.status).toBe('broadcast')
    await until(async () => (await world.transaction(agent, sent.id)).chain_status === 'reverted', 'it has reverted')
    expect(await world.transaction(agent, sent.id)).toMatchObject({
      status: 'failed',
      error_message: expect.stringContaining('reverted'),
    })
    const { tx_spent_today_eth } = (await ok(world.call('GET', `/v1/agents/${agent.id}`, { token: world.owner.token }))).body
    expect(Number(tx_spent_today_eth)).toBeGreaterThan(0)
    expect(Number(tx_spent_today_eth)).toBeLessThan(0.001)
    expect((await ok(world.submit(agent, PAY))).body.nonce).toBe(1)
  })
})
