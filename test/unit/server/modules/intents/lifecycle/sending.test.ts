import { describe, expect, it } from 'vitest'
import type { RpcAnswer } from '../../../../../../server/http/json-rpc.ts'
import { sender } from '../../../../../../server/modules/intents/lifecycle/sending.ts'
import type { Chain } from '../../../../../../server/modules/intents/ports.ts'
import { Problem } from '../../../../../../src/problem.ts'

const CHAIN: Chain = {
  id: '',
  name: 'test',
  displayName: 'Test',
  chainId: 1,
  rpcUrls: [],
  explorerUrl: undefined,
  isRegistered: false,
  currency: 'ETH',
}
const HASH = `0x${'ab'.repeat(32)}`

/** The outcome of sending if the node gives this answer, and knows the transaction or not. */
async function outcome(answer: RpcAnswer | Error, isKnown = false) {
  const send = sender(() => ({
    async call(method) {
      if (method === 'eth_getTransactionByHash') return { result: isKnown ? { hash: HASH } : null }
      if (answer instanceof Error) throw answer
      return answer
    },
  }))
  return send(CHAIN, '0x02', HASH)
}

const refusal = (message: string, failedBefore = 0): RpcAnswer => ({ error: { code: -32_000, message }, failedBefore })

describe('a transaction that is sent', () => {
  it('is accepted when a node returns its hash, in any case', async () => {
    expect(await outcome({ result: HASH.toUpperCase().replace('0X', '0x') })).toEqual({ outcome: 'accepted' })
  })

  it.each(['already known', 'Transaction already imported', 'known transaction: ab'])(
    'is accepted when a node says: %s',
    async message => {
      expect(await outcome(refusal(message))).toEqual({ outcome: 'accepted' })
    },
  )

  it.each([
    'insufficient funds for gas * price + value: have 0 want 1',
    'Insufficient funds for gas * price + value',
    'replacement transaction underpriced',
    'transaction underpriced: tip needed 1',
    'max fee per gas less than block base fee: address 0x, maxFeePerGas: 1, baseFee: 2',
    'max priority fee per gas higher than max fee per gas',
    'intrinsic gas too low: gas 1, minimum needed 21000',
    'exceeds block gas limit',
    'tx fee (10 ether) exceeds the configured cap (1.00 ether)',
    'oversized data: transaction size 200000, limit 131072',
    'invalid sender',
    'invalid chain id for signer: have 1 want 2',
    'transaction type not supported',
    'execution reverted',
  ])('is refused permanently when a node says: %s', async message => {
    expect(await outcome(refusal(message))).toMatchObject({ outcome: 'refused', nonceUsed: false })
    // A node that was asked before could have accepted it.
    expect(await outcome(refusal(message, 1))).toMatchObject({ outcome: 'uncertain' })
  })

  it('is refused when another transaction has its nonce, and accepted when it has the nonce itself', async () => {
    expect(await outcome(refusal('nonce too low: next nonce 5, tx nonce 4'))).toMatchObject({
      outcome: 'refused',
      nonceUsed: true,
    })
    expect(await outcome(refusal('nonce too low'), true)).toEqual({ outcome: 'accepted' })
  })

  it.each([
    ['internal error', refusal('internal error')],
    ['header not found', refusal('header not found')],
    ['another hash', { result: `0x${'cd'.repeat(32)}` }],
    ['no hash', { result: null }],
    ['no answer', new Problem('chain.unreachable', 'Test could not be asked.')],
  ])('may have been taken after: %s', async (_, answer) => {
    expect(await outcome(answer)).toMatchObject({ outcome: 'uncertain' })
  })

  it('passes on errors that do not come from the chain', async () => {
    await expect(outcome(new TypeError('a bug'))).rejects.toThrow('a bug')
  })
})
