import { encodeFunctionData, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { hasUnlimitedApproval } from '../../../../../../server/modules/intents/calldata/approvals.ts'

const ABI = parseAbi([
  'function approve(address, uint256)',
  'function increaseAllowance(address, uint256)',
  'function setApprovalForAll(address, bool)',
  'function authorizeOperator(address)',
  'function approveDelegation(address, uint256)',
  'function allow(address, bool)',
  'function permit(address, address, uint256, uint256, uint8, bytes32, bytes32)',
  'function approveAndCall(address, uint256)',
  'function setOperator(address, bool)',
  'function setRelayerApproval(address, address, bool)',
  'function setAuthorization(address, bool)',
  'function setAccountOperator(address, address, bool)',
  'function hope(address)',
  'function transfer(address, uint256)',
  'function multicall(bytes[])',
  'function execute(address, uint256, bytes)',
  'function execTransaction(address, uint256, bytes, uint8, uint256, uint256, uint256, address, address, bytes)',
])
const PERMIT2 = parseAbi(['function approve(address, address, uint160, uint48)'])
const MULTI = parseAbi(['function approve(address, uint256, uint256)'])
const LSP7 = parseAbi(['function authorizeOperator(address, uint256, bytes)'])
const SINGLE = parseAbi(['function permit(address, ((address, uint160, uint48, uint48), address, uint256), bytes)'])
const SPENDER = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const MAX = 2n ** 256n - 1n
const ZERO = `0x${'0'.repeat(64)}`

const call = (functionName: (typeof ABI)[number]['name'], ...args: readonly unknown[]) =>
  encodeFunctionData({ abi: ABI, functionName, args: args as never })
const approve = (amount: bigint) => call('approve', SPENDER, amount)

describe('an approval without a limit', () => {
  it.each([
    ['approve', approve(MAX)],
    ['approve of 96 bits', approve(2n ** 96n - 1n)],
    ['approve of 160 bits', approve(2n ** 160n - 1n)],
    ['increaseAllowance', call('increaseAllowance', SPENDER, MAX)],
    ['setApprovalForAll', call('setApprovalForAll', SPENDER, true)],
    ['authorizeOperator', call('authorizeOperator', SPENDER)],
    ['approveDelegation', call('approveDelegation', SPENDER, MAX)],
    ['allow', call('allow', SPENDER, true)],
    ['a yes that is more than one', `${call('setApprovalForAll', SPENDER, false).slice(0, -1)}2`],
    ['one that is cut off, which old contracts take', approve(MAX).slice(0, -2)],
    ['permit', call('permit', SPENDER, SPENDER, MAX, 0n, 27, ZERO, ZERO)],
    ['Permit2', encodeFunctionData({ abi: PERMIT2, args: [SPENDER, SPENDER, 2n ** 160n - 1n, 0] })],
    ['ERC-1363', call('approveAndCall', SPENDER, MAX)],
    ['ERC-6909', encodeFunctionData({ abi: MULTI, args: [SPENDER, 7n, MAX] })],
    ['an operator of ERC-6909 or ERC-7540', call('setOperator', SPENDER, true)],
    ['LSP7', encodeFunctionData({ abi: LSP7, args: [SPENDER, MAX, '0x'] })],
    [
      'a permit of Permit2',
      encodeFunctionData({ abi: SINGLE, args: [SPENDER, [[SPENDER, 2n ** 160n - 1n, 0, 0], SPENDER, 0n], '0x'] }),
    ],
    ['a relayer of Balancer', call('setRelayerApproval', SPENDER, SPENDER, true)],
    ['an authorization of Morpho', call('setAuthorization', SPENDER, true)],
    ['an operator of the Ethereum Vault Connector', call('setAccountOperator', SPENDER, SPENDER, true)],
    ['a hope of Maker', call('hope', SPENDER)],
    ['one of a multicall', call('multicall', [call('transfer', SPENDER, 1n), approve(MAX)])],
    ['a call of an account', call('execute', SPENDER, 0n, approve(MAX))],
    [
      'a multicall in a Safe',
      call('execTransaction', SPENDER, 0n, call('multicall', [approve(MAX)]), 0, 0n, 0n, 0n, SPENDER, SPENDER, '0x'),
    ],
    ['with letters before the address', `0x095ea7b3${'f'.repeat(24)}${SPENDER.slice(2).toLowerCase()}${'f'.repeat(64)}`],
  ])('is found: %s', (_, data) => {
    expect(hasUnlimitedApproval(data)).toBe(true)
  })

  it.each([
    ['nothing', '0x'],
    ['a modest one', approve(10n ** 24n)],
    ['an end of one', approve(0n)],
    ['an end of one for all', call('setApprovalForAll', SPENDER, false)],
    ['a transfer of much', call('transfer', SPENDER, MAX)],
    ['a multicall without one', call('multicall', [approve(5n), call('transfer', SPENDER, MAX)])],
    ['one without an amount', approve(MAX).slice(0, -64)],
    ['an end of one that manages all', call('allow', SPENDER, false)],
    ['its selector at an odd place', `0x0${approve(MAX).slice(2)}0`],
  ])('is not found: %s', (_, data) => {
    expect(hasUnlimitedApproval(data)).toBe(false)
  })
})
