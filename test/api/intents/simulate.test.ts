import { describe, expect } from 'vitest'
import { call, deploy, FAILING, ROUTER, send, TOKEN } from '../../support/contracts.ts'
import { anvilOf, cases, chainTestsOn } from '../../support/fixtures.ts'
import { ETHER } from '../../support/intents.ts'
import { startRpcProxy } from '../../support/rpc-proxy.ts'
import { ok, type Reply } from '../../support/world.ts'

const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const CHAIN = 'test-31339'
/** The chain with the other name, whose nodes do not have eth_simulateV1. */
const OLD_CHAIN = 'test-31340'
const UNLIMITED = 2n ** 256n - 1n

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_339 }))
  .extend('oldAnvil', { scope: 'file' }, anvilOf({ chainId: 31_340 }))
  .extend('proxy', { scope: 'file' }, async ({ oldAnvil }, { onCleanup }) => {
    const proxy = await startRpcProxy(oldAnvil)
    onCleanup(() => proxy.close())
    return proxy
  })
  .extend('chains', { scope: 'file' }, ({ anvil, proxy }) => [anvil, proxy])
  .extend('scene', { scope: 'file', auto: true }, async ({ world, anvil, proxy }) => {
    proxy.behave(method => (method === 'eth_simulateV1' ? { error: { code: -32601, message: 'Method not found' } } : 'pass'))
    const agent = await world.signingAgent(anvil)
    const token = await deploy(anvil, TOKEN)
    const router = await deploy(anvil, ROUTER)
    const failing = await deploy(anvil, FAILING)
    await send(anvil, token, call('mint', agent.address, 5_000_000n))
    await send(anvil, router, '0x', ETHER)
    return { agent, token, router, failing }
  })
  .extend('calls', ({ world, scene: { agent } }) => {
    const simulate = async (body: object): Promise<Reply['body']> =>
      (await ok(world.simulate(agent, { value: '0', chain: CHAIN, ...body }))).body
    return { simulate }
  })

describe('a simulation', () => {
  it('reports what a native transfer changes', async ({ scene: { agent }, calls: { simulate } }) => {
    expect(await simulate({ to: SOMEBODY, value: '1.5' })).toMatchObject({
      status: 'success',
      method: 'eth_simulateV1',
      gas_used: 21_000,
      balance_changes: [
        { address: agent.address, token_symbol: 'ETH', token_decimals: 18, before: '100', after: '98.5', change: '-1.5' },
        { address: SOMEBODY, token_symbol: 'ETH', before: '10000', after: '10001.5', change: '+1.5' },
      ],
      summary: { kind: 'transfer', text: `Send 1.5 ETH to ${SOMEBODY}.` },
      guardrails: { allowed: true },
    })
  })

  it('names tokens by symbol and decimals', async ({ scene: { agent, token }, calls: { simulate } }) => {
    const result = await simulate({ to: token, data: call('transfer', SOMEBODY, 1_250_000n) })
    expect(result).toMatchObject({
      status: 'success',
      balance_changes: [
        { address: agent.address, token_symbol: 'TST', token_decimals: 6, before: '5', after: '3.75', change: '-1.25' },
        { address: SOMEBODY, token_symbol: 'TST', before: '0', after: '1.25', change: '+1.25' },
      ],
      summary: { kind: 'token_transfer', recipient: SOMEBODY, amount: '1250000', function: 'transfer(address,uint256)' },
    })
    expect(result.summary.text).toMatch(new RegExp(`^Send 1.25 TST \\(${token}\\) to ${SOMEBODY}.$`, 'i'))
  })

  it.for(
    cases([
      ['text', [], 'It would revert: not today.', 'not today'],
      ['panic', [0n], 'It would revert: division by zero.', 'Panic(0x12)'],
      ['overflow', [0n], 'It would revert: a number went over or under its range.', 'Panic(0x11)'],
      ['known', [], 'It would revert: Unauthorized().', 'Unauthorized()'],
      ['unknown', [], "It would revert: the contract's own error 0x32b45141.", '0x32b45141'],
    ] as const),
  )('explains why %s reverts', async ([name, args, text, reason], { scene: { failing }, calls: { simulate } }) => {
    expect(await simulate({ to: failing, data: call(name, ...args) })).toMatchObject({
      status: 'reverted',
      error_code: 'EXECUTION_REVERTED',
      error_human_readable: text,
      revert_reason: reason,
      balance_changes: [],
      gas_used: expect.any(Number),
    })
  })

  it('reports that the account has too little funds', async ({ calls: { simulate } }) => {
    expect(await simulate({ to: SOMEBODY, value: '1000' })).toMatchObject({
      status: 'reverted',
      error_code: 'INSUFFICIENT_FUNDS',
      error_human_readable: 'The account does not have enough of the native currency.',
      balance_changes: [],
      gas_used: expect.any(Number),
    })
  })

  it('shows each call of a bundle the changes of those before it', async ({
    world,
    scene: { agent, token, router },
    calls: { simulate },
  }) => {
    const swap = call('swapExactTokensForETH', 2_000_000n, 1n, [token], agent.address, UNLIMITED)
    const alone = await simulate({ to: router, data: swap })
    expect(alone).toMatchObject({ status: 'reverted', revert_reason: expect.stringContaining('ERC20InsufficientAllowance') })

    const { simulations } = (
      await ok(
        world.bundle(agent, [
          { to: token, value: '0', chain: CHAIN, data: call('approve', router, 2_000_000n) },
          { to: router, value: '0', chain: CHAIN, data: swap },
          { to: SOMEBODY, value: '0.001', chain: CHAIN },
        ]),
      )
    ).body
    expect(simulations.map((each: Reply['body']) => each.status)).toEqual(['success', 'success', 'success'])
    expect(simulations[0].summary.text).toMatch(/^Let 0x[0-9a-fA-F]{40} spend 2 TST /)
    expect(simulations[1].summary).toMatchObject({ kind: 'swap' })
    expect(simulations[1].balance_changes).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ address: agent.address, token_symbol: 'TST', change: '-2', before: '5', after: '3' }),
        expect.objectContaining({
          address: agent.address,
          token_symbol: 'ETH',
          change: '+0.002',
          before: '100',
          after: '100.002',
        }),
      ]),
    )
    expect(simulations[2].balance_changes).toEqual(
      expect.arrayContaining([expect.objectContaining({ address: agent.address, before: '100.002', after: '100.001' })]),
    )
  })

  it('continues after a call of a bundle that could not start', async ({ world, scene: { agent } }) => {
    const { simulations } = (
      await ok(
        world.bundle(agent, [
          { to: SOMEBODY, value: '1', chain: CHAIN },
          { to: SOMEBODY, value: '1000', chain: CHAIN },
          { to: SOMEBODY, value: '2', chain: CHAIN },
        ]),
      )
    ).body
    expect(simulations.map((each: Reply['body']) => [each.status, each.error_code])).toEqual([
      ['success', undefined],
      ['reverted', 'INSUFFICIENT_FUNDS'],
      ['success', undefined],
    ])
  })

  it('describes in words what is signed', async ({ scene: { token }, calls: { simulate } }) => {
    const unlimited = await simulate({ to: token, data: call('approve', SOMEBODY, UNLIMITED) })
    expect(unlimited.summary).toMatchObject({ kind: 'token_approval', unlimited_approval: true, spender: SOMEBODY })
    expect(unlimited.summary.text).toContain('an unlimited amount of TST')
    const creation = await simulate({ to: null, data: TOKEN })
    expect(creation).toMatchObject({ status: 'success', summary: { kind: 'contract_creation' } })
    const unknown = await simulate({ to: token, data: '0x12345678' })
    expect(unknown.summary).toMatchObject({
      kind: 'contract_call',
      text: expect.stringContaining('the unknown function 0x12345678'),
    })
  })

  it('falls back on eth_call where the node supports nothing better, and asks it only once', async ({
    oldAnvil,
    world,
    proxy,
    scene: { agent },
  }) => {
    const key = await world.giveKey(agent, oldAnvil, 10n * ETHER)
    const one = { to: SOMEBODY, value: '1', chain: OLD_CHAIN }
    const { body } = await ok(world.simulate(agent, one))
    expect(body).toMatchObject({
      status: 'success',
      method: 'eth_call',
      gas_used: 21_000,
      balance_changes: [
        { address: key.address, before: '10', after: '9', change: '-1' },
        { address: SOMEBODY, change: '+1' },
      ],
    })
    await ok(world.simulate(agent, one))
    expect(proxy.asked.filter(method => method === 'eth_simulateV1')).toHaveLength(1)

    const poor = (await ok(world.simulate(agent, { ...one, value: '100' }))).body
    expect(poor).toMatchObject({ status: 'reverted', error_code: 'INSUFFICIENT_FUNDS' })
    const old = await deploy(oldAnvil, FAILING)
    const failed = (await ok(world.simulate(agent, { to: old, value: '0', chain: OLD_CHAIN, data: call('text') }))).body
    expect(failed).toMatchObject({ status: 'reverted', revert_reason: 'not today' })
    const { simulations } = (await ok(world.bundle(agent, [one, one]))).body
    for (const each of [poor, failed, simulations[1]]) expect(each).toMatchObject({ balance_changes: [], gas_used: 0 })
    expect(simulations.map((each: Reply['body']) => each.error_code)).toEqual([undefined, 'BUNDLE_UNSUPPORTED'])
  })

  it('is recorded', async ({ world, scene: { agent }, calls: { simulate } }) => {
    const { simulation_id } = await simulate({ to: SOMEBODY, value: '1' })
    const { events } = (
      await ok(
        world.call('GET', `/v1/audit/events?actor_id=${agent.id}&action=transaction.simulate`, { token: world.owner.token }),
      )
    ).body
    expect(events[0].details).toMatchObject({ simulation_id, status: 'success', chain: CHAIN })
  })

  it('is required before signing if the server is configured so', async ({
    anvil,
    oldAnvil,
    world,
    proxy,
    scene: { failing },
  }) => {
    const required = await world.signingAgent(anvil)
    const bad = { to: failing, value: '0', chain: CHAIN, data: call('text'), gas_limit: 100_000 }
    const first = await world.submit(required, { ...bad, simulate_first: true })
    expect(first.status).toBe(422)
    expect(first.body).toMatchObject({
      status: 'simulation_failed',
      simulation_status: 'reverted',
      error_message: 'It would revert: not today.',
      agent_id: required.id,
    })
    expect(first.body).not.toHaveProperty('signed_tx')
    await world.setting('intents_api.require_simulation', 'true')
    for (const answer of [await world.submit(required, bad), await world.sign(required, bad)]) {
      expect(answer).toMatchObject({ status: 422, body: { status: 'simulation_failed' } })
    }
    const good = await world.submit(required, { to: SOMEBODY, value: '0.1', chain: CHAIN })
    expect(good).toMatchObject({ status: 201, body: { simulation_status: 'success', nonce: 0, status: 'broadcast' } })

    proxy.behave(method => (/simulate|eth_call|estimate/.test(method) ? 'drop' : 'pass'))
    const key = await world.giveKey(required, oldAnvil, ETHER)
    const impossible = await world.sign(required, { to: SOMEBODY, value: '0.1', chain: OLD_CHAIN, gas_limit: 21_000 })
    expect(impossible.status).toBe(502)
    expect(await world.transactions(required)).toHaveLength(4)
    expect(Number(await oldAnvil.rpc('eth_getTransactionCount', key.address, 'pending'))).toBe(0)
    await world.setting('intents_api.require_simulation', 'false')
  })
})
