import { encodeFunctionData, parseAbi } from 'viem'
import { getAddress } from 'viem/utils'
import { describe, expect } from 'vitest'
import { answeringContract } from '../../support/answering-contract.ts'
import { call, deploy, send, TOKEN } from '../../support/contracts.ts'
import { anvilOf, cases, chainTestsOn } from '../../support/fixtures.ts'
import { permit2Of, permitOf } from '../../support/typed-data.ts'
import { ok } from '../../support/world.ts'

const CHAIN = 'test-31442'
const SPENDER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const ABI = parseAbi([
  'function increaseAllowance(address, uint256)',
  'function approveAndCall(address, uint256)',
  'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
  'function approveDelegation(address, uint256)',
  'function multicall(bytes[])',
  'function letTakeAll(address)',
])
const MANY = parseAbi(['function approve(address, uint256, uint256)'])
const PERMIT2 = parseAbi(['function approve(address, address, uint160, uint48)'])
const data = (functionName: (typeof ABI)[number]['name'], ...args: readonly unknown[]) =>
  encodeFunctionData({ abi: ABI, functionName, args: args as never })
const ZERO = `0x${'0'.repeat(64)}`
const [BALANCE, BALANCE_OF_KIND, SUPPLY, ALLOWANCE, SUPPORTS] = [
  '70a08231',
  '00fdd58e',
  '18160ddd',
  'dd62ed3e',
  '01ffc9a7',
] as const

// Always the next nonce: each replaces the one before.
const fixed = { value: '0', chain: CHAIN, gas_limit: 100_000, nonce: 0 }

const it = chainTestsOn('sqlite')
  .extend('anvil', { scope: 'file' }, anvilOf({ chainId: 31_442 }))
  .extend('chains', { scope: 'file' }, ({ anvil }) => [anvil])
  .extend('scene', { scope: 'file', auto: true }, async ({ world, anvil }) => {
    const made: Record<string, `0x${string}`> = {}
    const agent = await world.signingAgent(anvil, {
      tx_block_unlimited_approvals: true,
      message_signing_enabled: true,
      eip712_default_policy: 'allow',
    })
    const token = getAddress(await deploy(anvil, TOKEN))
    await send(anvil, token, call('mint', agent.address, 5n))
    made['partly allowed'] = await deploy(anvil, answeringContract({ [BALANCE]: 100n, [ALLOWANCE]: 60n, [SUPPLY]: 1000n }))
    made['scarce'] = await deploy(anvil, answeringContract({ [BALANCE]: 1000n, [SUPPLY]: 100n }))
    made['collectible'] = await deploy(anvil, answeringContract({ [BALANCE]: 1n, [SUPPORTS]: 1n }))
    made['of many kinds'] = await deploy(anvil, answeringContract({ [BALANCE_OF_KIND]: 10n }))
    made['no token'] = await deploy(anvil, answeringContract({ c0ffee00: 1n }))
    made['nobody'] = SPENDER
    return { agent, token, made }
  })
  .extend('calls', ({ world, scene: { agent, token, made } }) => {
    const signed = async (to: string, calldata: string) => {
      const { status, body } = await world.sign(agent, { ...fixed, to, data: calldata })
      return status === 200 ? 'signed' : String(body.detail)
    }
    const addressOf = (name: string) => (name === 'token' ? token : (made[name] ?? name))
    return { signed, addressOf }
  })

describe('a token approval by an agent that must not approve unlimited amounts', () => {
  it.for(
    cases([
      ['of all that it holds', 'token', call('approve', SPENDER, 5n)],
      ['that ends one', 'token', call('approve', SPENDER, 0n)],
      ['that adds up to what it holds', 'partly allowed', data('increaseAllowance', SPENDER, 40n)],
      ['of one collectible, whatever its number', 'collectible', call('approve', SPENDER, 5000n)],
      ['of what it holds of one kind', 'of many kinds', encodeFunctionData({ abi: MANY, args: [SPENDER, 7n, 10n] })],
    ]),
  )('is signed: one %s', async ([_, to, calldata], { calls: { signed, addressOf } }) => {
    expect(await signed(addressOf(to), calldata)).toBe('signed')
  })

  it.for(
    cases([
      ['of more than it holds', 'token', call('approve', SPENDER, 6n), /more than the 5 that 0x\w+ holds/],
      ['of just below what counts as unlimited by itself', 'token', call('approve', SPENDER, 2n ** 96n - 2n), /holds/],
      ['of more than there is', 'scarce', call('approve', SPENDER, 500n), /more than there is of it/],
      ['that adds up to more', 'partly allowed', data('increaseAllowance', SPENDER, 41n), /101 base units/],
      ['by ERC-1363', 'token', data('approveAndCall', SPENDER, 6n), /holds/],
      ['by ERC-6909', 'of many kinds', encodeFunctionData({ abi: MANY, args: [SPENDER, 7n, 11n] }), /holds/],
      ['of what is no token', 'nobody', call('approve', SPENDER, 1n), /cannot be compared/],
      ['of debt, which nobody holds', 'token', data('approveDelegation', SPENDER, 1n), /cannot be compared/],
      ['within another call', 'no token', data('multicall', [call('approve', SPENDER, 1n)]), /cannot be compared/],
      ['by a function that is not known', 'token', data('letTakeAll', SPENDER), /answers like a token/],
    ]),
  )('is refused: one %s', async ([_, to, calldata, why], { calls: { signed, addressOf } }) => {
    const detail = await signed(addressOf(to), calldata)
    expect(detail).toMatch(/^Refused by tx_block_unlimited_approvals: /)
    expect(detail).toMatch(why)
  })

  it('is checked where Permit2 keeps it and where it belongs to someone else', async ({
    scene: { agent, token },
    calls: { signed },
  }) => {
    const keeper = '0x000000000022D473030F116dDEE9F6B43aC78BA3'
    const byPermit2 = (amount: bigint) => encodeFunctionData({ abi: PERMIT2, args: [token, SPENDER, amount, 0] })
    expect([await signed(keeper, byPermit2(5n)), await signed(keeper, byPermit2(6n))]).toEqual([
      'signed',
      expect.stringMatching(/holds/),
    ])
    const permit = (owner: string) => data('permit', owner, SPENDER, 5n, 0n, 27, ZERO, ZERO)
    expect(await signed(token, permit(agent.address))).toBe('signed')
    expect(await signed(token, permit(SPENDER))).toMatch(/more than the 0 that/)
  })

  it('is not confused with transfers or functions of other contracts', async ({ scene: { token, made }, calls: { signed } }) => {
    expect(await signed(made['no token'] ?? '', data('letTakeAll', SPENDER))).toBe('signed')
    expect(await signed(token, call('transfer', SPENDER, 2n ** 200n))).toBe('signed')
  })

  it('is judged alike in a simulation and a bundle', async ({ world, scene: { agent, token } }) => {
    const one = { to: token, value: '0', chain: CHAIN, data: call('approve', SPENDER, 6n) }
    const { guardrails } = (await ok(world.simulate(agent, one))).body
    expect(guardrails).toMatchObject({ allowed: false, reason: expect.stringMatching(/^tx_block_unlimited_approvals: .* holds/) })
    expect((await world.bundle(agent, [one])).status).toBe(403)
  })

  it('is held to the same limit in typed data', async ({ world, anvil, scene: { agent, token, made } }) => {
    const at = { chainId: anvil.chainId, token }
    const typed = async (typed_data: object) => {
      const body = { intent_type: 'typed_data', chain: CHAIN, typed_data }
      const reply = await world.call('POST', `/v1/agents/${agent.id}/sign`, { token: agent.token, body })
      return reply.status === 200 ? 'signed' : String(reply.body.detail)
    }
    const permit = (value: string) => permitOf(at, { owner: agent.address, spender: SPENDER, value })
    expect([await typed(permit('5')), await typed(permit('6'))]).toEqual(['signed', expect.stringMatching(/holds/)])
    const once = (amount: string) => permit2Of(at, { spender: SPENDER, amount })
    expect([await typed(once('5')), await typed(once('6'))]).toEqual(['signed', expect.stringMatching(/holds/)])
    const unknown = (verifyingContract: string) => ({
      domain: { name: 'Money', chainId: anvil.chainId, verifyingContract },
      types: { LetTakeAll: [{ name: 'whom', type: 'address' }] },
      primaryType: 'LetTakeAll',
      message: { whom: SPENDER },
    })
    expect(await typed(unknown(token))).toMatch(/answers like a token/)
    expect(await typed(unknown(getAddress(made['no token'] ?? '')))).toBe('signed')
  })

  it('is summarised as the guardrail sees it, even for an agent that can approve anything', async ({
    world,
    anvil,
    scene: { token },
  }) => {
    const free = await world.signingAgent(anvil, {
      message_signing_enabled: true,
      eip712_default_policy: 'allow',
      tx_sign_any_nonce: true,
    })
    await send(anvil, token, call('mint', free.address, 5n))
    const told = async (calldata: string, more: object = {}) => {
      const { body } = await ok(world.sign(free, { ...fixed, to: token, data: calldata, ...more }))
      return [body.summary.unlimited_approval ?? false, body.summary.text]
    }
    expect(await told(call('approve', SPENDER, 5n))).toEqual([false, expect.not.stringMatching(/holds|compared/)])
    expect(await told(call('approve', SPENDER, 6n))).toEqual([
      true,
      expect.stringMatching(/6 base units .* more than the 5 that 0x\w+ holds/),
    ])
    expect(await told(data('approveDelegation', SPENDER, 1n))).toEqual([true, expect.stringMatching(/cannot be compared/)])
    const everything = { max_fee_per_gas: '10000000000', max_priority_fee_per_gas: '1' }
    expect(await told(call('approve', SPENDER, 6n), everything)).toEqual([false, expect.stringMatching(/was not compared/)])
    expect(await told(call('approve', SPENDER, 2n ** 255n), everything)).toEqual([
      true,
      expect.stringMatching(/an unlimited amount/),
    ])
    const typed_data = permitOf({ chainId: anvil.chainId, token }, { owner: free.address, spender: SPENDER, value: '6' })
    const body = { intent_type: 'typed_data', chain: CHAIN, typed_data }
    const reply = await ok(world.call('POST', `/v1/agents/${free.id}/sign`, { token: free.token, body }))
    expect(reply.body.summary).toMatchObject({ unlimited_approval: true, text: expect.stringMatching(/more than the 5/) })
  })

  it('can be of any amount once a person allows it', async ({ world, scene: { agent, token }, calls: { signed } }) => {
    const body = { tx_block_unlimited_approvals: false }
    await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: world.owner.token, body }))
    expect(await signed(token, call('approve', SPENDER, 2n ** 256n - 1n))).toBe('signed')
    expect(await signed(token, data('letTakeAll', SPENDER))).toBe('signed')
  })
})
