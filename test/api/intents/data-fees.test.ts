import { describe, expect } from 'vitest'
import { answeringCode } from '../../support/answering-contract.ts'
import { anvilOf, cases, chainTestsOn } from '../../support/fixtures.ts'
import { ETHER } from '../../support/intents.ts'
import { startRpcProxy } from '../../support/rpc-proxy.ts'
import { ok } from '../../support/world.ts'

const CHAIN = 'test-31443'
const ORACLE = '0x420000000000000000000000000000000000000F'
const SCROLL_ORACLE = '0x5300000000000000000000000000000000000002'
const [UPPER_BOUND, FEE] = ['f1c7a58b', '49948e0e']
/** 0.00021 of gas. */
const FIXED = { gas_limit: 21_000, max_fee_per_gas: '10000000000', max_priority_fee_per_gas: '1000000000' }
const PAY = { to: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8', value: '0.1', ...FIXED }

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_443 }))
  .extend('proxy', { scope: 'file' }, async ({ anvil }, { onCleanup }) => {
    const proxy = await startRpcProxy(anvil)
    onCleanup(() => proxy.close())
    return proxy
  })
  .extend('chains', { scope: 'file' }, ({ proxy }) => [proxy])
  .extend('calls', ({ world, anvil }) => {
    /** The amount of a transaction that counts against a daily limit of 1. */
    const counted = async (how: 'submit' | 'sign', more: object = {}) => {
      const agent = await world.signingAgent(anvil, { tx_daily_limit_eth: '1', tx_sign_any_nonce: true })
      const { body } = await ok(world[how](agent, { ...PAY, chain: CHAIN, ...more }))
      return (1 - Number(body.remaining_daily_allowance_eth)).toFixed(5)
    }
    return { counted }
  })

describe('what a rollup charges in addition to gas', () => {
  it('is reserved as the chain bounds it, with room for it to double', async ({ world, anvil, calls: { counted } }) => {
    await anvil.rpc('anvil_setCode', ORACLE, answeringCode({ [UPPER_BOUND]: ETHER / 1000n, [FEE]: ETHER / 2000n }))
    expect([await counted('submit'), await counted('sign')]).toEqual(['0.10221', '0.10221'])
    const agent = await world.signingAgent(anvil, { tx_daily_limit_eth: '0.102' })
    const refused = await world.submit(agent, { ...PAY, chain: CHAIN })
    expect([refused.status, refused.body.detail]).toEqual([403, expect.stringContaining('tx_daily_limit_eth')])
    const { guardrails } = (await ok(world.simulate(agent, { to: PAY.to, value: PAY.value, chain: CHAIN }))).body
    expect(guardrails).toMatchObject({ allowed: false, reason: expect.stringContaining('tx_daily_limit_eth') })
  })

  it.for(
    cases([
      ['an older rollup', ORACLE],
      ['Scroll', SCROLL_ORACLE],
    ]),
  )('is reserved as %s reports it for a transaction of that size', async ([_, oracle], { anvil, calls: { counted } }) => {
    await anvil.rpc('anvil_setCode', ORACLE, '0x')
    await anvil.rpc('anvil_setCode', oracle, answeringCode({ [FEE]: ETHER / 2000n }))
    expect(await counted('submit')).toBe('0.10121')
    await anvil.rpc('anvil_setCode', oracle, '0x')
  })

  it('is asked of a chain that an admin added even when all else is given, and estimated by the byte without an answer', async ({
    anvil,
    proxy,
    calls: { counted },
  }) => {
    const offline = () => counted('sign', { nonce: 0 })
    await anvil.rpc('anvil_setCode', ORACLE, answeringCode({ [UPPER_BOUND]: ETHER / 1000n }))
    expect(await offline()).toBe('0.10221')
    await anvil.rpc('anvil_setCode', ORACLE, '0x')
    proxy.behave(method => (method === 'eth_call' ? { error: { code: -32000, message: 'not today' } } : 'pass'))
    expect(await offline()).toBe('0.10061')
    proxy.behave(() => 'pass')
  })

  it('is looked up again after an unclear answer, and not when there is no such fee', async ({ proxy, calls: { counted } }) => {
    proxy.behave(method => (method === 'eth_call' ? { error: { code: -32000, message: 'not today' } } : 'pass'))
    // Estimated by the byte, as on chains that are not asked.
    expect(await counted('submit')).toBe('0.10061')
    proxy.behave(() => 'pass')
    const before = proxy.asked.length
    expect([await counted('submit'), await counted('submit')]).toEqual(['0.10021', '0.10021'])
    expect(proxy.asked.slice(before).filter(method => method === 'eth_call')).toHaveLength(3)
  })

  it('is estimated by the byte for a rollup that is not asked', async ({ world, anvil }) => {
    const key = await world.giveKey(await world.agent(world.owner), anvil, ETHER)
    const agent = await world.agent(world.owner, {
      intents_api_enabled: true,
      tx_sign_any_nonce: true,
      tx_daily_limit_eth: '1',
    })
    await world.policy(world.owner, key.vaultId, agent, key.keyPath, ['read'])
    const left = async (chain: string, data: string) => {
      const body = { ...PAY, value: '0', chain, data, gas_limit: 100_000, nonce: 0, signing_key_path: key.keyPath }
      return Number((await ok(world.sign(agent, body))).body.remaining_daily_allowance_eth)
    }
    const start = await left('ethereum', '0x')
    expect(start).toBeCloseTo(0.999, 9)
    // 16 gas at 100 gwei for each byte: 250 of the transaction, and its data.
    expect(start - (await left('base', '0x'))).toBeCloseTo(0.001 + 250 * 16e-7, 9)
    const next = await left('ethereum', '0x')
    expect(next - (await left('base', `0x${'ff'.repeat(1000)}`))).toBeCloseTo(0.001 + 1250 * 16e-7, 9)
  })
})
