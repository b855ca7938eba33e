import { Problem } from '../../../../src/problem.ts'
import type { Rpc, RpcError } from '../../../http/json-rpc.ts'
import { printable } from '../node/node-values.ts'
import type { Chain } from '../ports.ts'

/** The outcome of sending a raw transaction to the chain's nodes. */
export type Sent =
  | { readonly outcome: 'accepted' }
  /** No node has it and none will accept it. `nonceUsed`: another transaction with the same nonce is in a block. */
  | { readonly outcome: 'refused'; readonly why: string; readonly nonceUsed: boolean }
  /** A node could have it: it must be sent again unchanged, not dropped or created again. */
  | { readonly outcome: 'uncertain'; readonly why: string }

export type Send = (chain: Chain, raw: string, hash: string) => Promise<Sent>

const ALREADY = /already (known|imported|exists|in)|known transaction/i
const NONCE_USED = /nonce (is )?too low|old nonce|invalid nonce/i
/** Why mempools refuse a transaction permanently, in the words of geth, Nethermind, Besu, Erigon, reth, OP, Arbitrum and anvil. */
const FINAL = [
  /insufficient (funds|balance)/i,
  /underpriced/i,
  /gas price (is )?(too low|below)/i,
  /fee (per gas )?(cap )?(is )?(less than|too low|lower than|below)/i,
  /max ?fee ?per ?gas/i,
  /(priority fee|tip).*(higher|above|greater)/i,
  /intrinsic gas/i,
  /exceeds? (the )?(block|maximum|cap|transaction) ?gas ?limit|gas limit (is )?(too high|reached|exceeded)/i,
  /exceeds the configured cap/i,
  /oversized|too large|size limit|initcode/i,
  /invalid (sender|signature|chain ?id|transaction)/i,
  /(transaction|tx) type not (supported|valid)|unsupported transaction type/i,
  /sender (not an eoa|is not an eoa)|eip-3607/i,
  /execution reverted/i,
]

/** Sends raw transactions to nodes and interprets their replies. */
export function sender(rpcOf: (chain: Chain) => Rpc): Send {
  async function isThere(rpc: Rpc, hash: string): Promise<boolean> {
    const answer = await rpc.call('eth_getTransactionByHash', [hash])
    return !answer.error && answer.result !== null && answer.result !== undefined
  }

  async function judged(rpc: Rpc, hash: string, error: RpcError, failedBefore: number): Promise<Sent> {
    const why = printable(error.message)
    if (ALREADY.test(error.message)) return { outcome: 'accepted' }
    if (NONCE_USED.test(error.message)) {
      return (await isThere(rpc, hash)) ? { outcome: 'accepted' } : { outcome: 'refused', why, nonceUsed: true }
    }
    const isFinal = failedBefore === 0 && FINAL.some(pattern => pattern.test(error.message))
    return isFinal ? { outcome: 'refused', why, nonceUsed: false } : { outcome: 'uncertain', why }
  }

  return async (chain, raw, hash) => {
    const rpc = rpcOf(chain)
    try {
      const answer = await rpc.call('eth_sendRawTransaction', [raw])
      if (answer.error) return await judged(rpc, hash, answer.error, answer.failedBefore)
      const isOurs = typeof answer.result === 'string' && answer.result.toLowerCase() === hash.toLowerCase()
      return isOurs ? { outcome: 'accepted' } : { outcome: 'uncertain', why: 'the node named another hash' }
    } catch (error) {
      if (error instanceof Problem && error.code === 'chain.unreachable')
        return { outcome: 'uncertain', why: error.message.replace(/\.$/, '') }
      throw error
    }
  }
}
