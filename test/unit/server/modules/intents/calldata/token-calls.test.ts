import { encodeFunctionData, parseAbi } from 'viem'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { permit2CallOf, tokenCallOf, tokenTransferOf } from '../../../../../../server/modules/intents/calldata/token-calls.ts'

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
const OTHERS = parseAbi(['function mint(address to, uint256 amount)'])
const TOKENS = parseAbi(['function transfer(address to, uint256 amount)'])
const PERMIT2 = parseAbi(['function approve(address token, address spender, uint160 amount, uint48 expiration)'])

const transfer = encodeFunctionData({ abi: TOKENS, args: [TO, 5n] })
const mint = encodeFunctionData({ abi: OTHERS, args: [TO, 5n] })

describe('the call of a token', () => {
  it('is described with its arguments', () => {
    expect(tokenCallOf(transfer)).toEqual({ functionName: 'transfer', args: [TO, 5n] })
    expect(tokenTransferOf(transfer)).toEqual({ to: TO, amount: 5n })
    const approval = encodeFunctionData({ abi: PERMIT2, args: [TO, TO, 7n, 9] })
    expect(permit2CallOf(approval)).toEqual({ functionName: 'approve', args: [TO, TO, 7n, 9] })
    expect(tokenCallOf(approval)).toBeUndefined()
  })

  it.each([
    ['a selector alone', transfer.slice(0, 10)],
    ['arguments that are cut off', transfer.slice(0, -2)],
  ])('is not %s', (_, data) => {
    expect(tokenCallOf(data as `0x${string}`)).toBeUndefined()
  })

  describe('and other data', () => {
    const kept = Error.stackTraceLimit
    let made = 0

    // Every error of the library reads this when it is created.
    beforeEach(() => {
      made = 0
      const get = () => {
        made++
        return kept
      }
      Object.defineProperty(Error, 'stackTraceLimit', { get, configurable: true })
    })
    afterEach(() => {
      Object.defineProperty(Error, 'stackTraceLimit', { value: kept, writable: true, configurable: true })
    })

    it.each([
      ['no data', '0x'],
      ['half a selector', '0xa905'],
      ['the function of something else', mint],
    ])('are told apart without an exception: %s', (_, data) => {
      expect(tokenCallOf(data as `0x${string}`)).toBeUndefined()
      expect(permit2CallOf(data as `0x${string}`)).toBeUndefined()
      expect(made).toBe(0)
    })
  })
})
