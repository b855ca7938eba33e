import { encodeErrorResult, parseAbi } from 'viem'
import { describe, expect, it } from 'vitest'
import { revertOf } from '../../../../../../server/modules/intents/node/reverts.ts'

const KNOWN = parseAbi(['error ERC20InsufficientBalance(address sender, uint256 balance, uint256 needed)', 'error Error(string)'])
const SOMEBODY = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

describe('a revert', () => {
  it.each([
    ['a text', encodeErrorResult({ abi: KNOWN, errorName: 'Error', args: ['too late'] }), 'ERROR', 'too late', 'too late'],
    [
      'a text with tricks',
      encodeErrorResult({ abi: KNOWN, errorName: 'Error', args: ['\u001b[31mred\u202e \n'] }),
      'ERROR',
      '[31mred',
      '[31mred',
    ],
    [
      'a known error',
      encodeErrorResult({ abi: KNOWN, errorName: 'ERC20InsufficientBalance', args: [SOMEBODY, 1n, 2n] }),
      'CUSTOM',
      `ERC20InsufficientBalance(${SOMEBODY}, 1, 2)`,
      `ERC20InsufficientBalance(${SOMEBODY}, 1, 2)`,
    ],
    ['an unknown error', '0xdeadbeef', 'CUSTOM', '0xdeadbeef', "the contract's own error 0xdeadbeef"],
    ['a panic', `0x4e487b71${'32'.padStart(64, '0')}`, 'PANIC', 'Panic(0x32)', 'an array index is out of bounds'],
    [
      'a panic of nobody',
      `0x4e487b71${'ff'.repeat(32)}`,
      'PANIC',
      expect.stringMatching(/^Panic/),
      expect.stringMatching(/^panic/),
    ],
    ['nothing', '0x', 'NONE', '', 'the contract gave no reason'],
    ['too little', '0x1234', 'NONE', '', 'the contract gave no reason'],
    ['a text that is cut off', '0x08c379a000', 'CUSTOM', '0x08c379a0', "the contract's own error 0x08c379a0"],
  ])('with %s is explained', (_, data, code, reason, text) => {
    expect(revertOf(data as `0x${string}`)).toEqual({ code, reason, text })
  })
})
