import type { PaidFor } from './reservation.ts'

/** The state of a payment authorization on its chain. */
export type OnChain =
  | { readonly state: 'moved'; readonly transaction: string }
  /** It has not been used yet. */
  | { readonly state: 'open' }
  /** It was cancelled or used for something else, so it can never pay. */
  | { readonly state: 'gone' }
  /** No node gives an answer. */
  | { readonly state: 'unknown' }

export type LookUp = (payment: PaidFor) => Promise<OnChain>

/** The chains that the server knows, and a way to the nodes of each. */
export interface Reach<C> {
  byChainId(chainId: number): Promise<C | undefined>
  rpc(chain: C): { call(method: string, params: readonly unknown[]): Promise<{ result: unknown } | { error: unknown }> }
}

interface Log {
  readonly address: string
  readonly topics: readonly string[]
  readonly data: string
  readonly transactionHash: string
}

/** `authorizationState(address,bytes32)` (EIP-3009). */
const AUTHORIZATION_STATE = '0xe94a0102'
/** `AuthorizationUsed(address indexed authorizer, bytes32 indexed nonce)` (EIP-3009). */
const AUTHORIZATION_USED = '0x98de503528ee59b575ef0c0a2576a82497bfc029a5685b209e9ec333479b10a5'
/** `Transfer(address indexed from, address indexed to, uint256 value)` (ERC-20). */
const TRANSFER = '0xddf252ad1be2c89b69c2b068fc378daa952ba7f163c4a11628f55a4df523b3ef'
/** The number of blocks to search: payments are minutes old, and nodes do not search further for free. */
const BLOCKS = 2_000n

/** Finds out on the chain whether a payment was made: the token contract records used authorizations. */
export function onChain<C>(reach: Reach<C>): LookUp {
  return async ({ network, asset, payer, nonce, payTo, amount }) => {
    try {
      const chain = await reach.byChainId(Number(network.replace(/^eip155:/, '')))
      if (!chain) return { state: 'unknown' }
      const rpc = reach.rpc(chain)
      const ask = async (method: string, ...params: unknown[]): Promise<unknown> => {
        const answer = await rpc.call(method, params)
        if (!('result' in answer)) throw new Error(`${method} was refused.`)
        return answer.result
      }
      const data = AUTHORIZATION_STATE + word(payer) + word(nonce)
      const used = await ask('eth_call', { to: asset, data }, 'latest')
      if (typeof used !== 'string' || !/^0x[0-9a-f]{64}$/i.test(used)) return { state: 'unknown' }
      if (BigInt(used) === 0n) return { state: 'open' }
      const latest = BigInt(String(await ask('eth_blockNumber')))
      const fromBlock = `0x${(latest > BLOCKS ? latest - BLOCKS : 0n).toString(16)}`
      const topics = [AUTHORIZATION_USED, `0x${word(payer)}`, `0x${word(nonce)}`]
      const [log] = (await ask('eth_getLogs', { address: asset, topics, fromBlock, toBlock: 'latest' })) as Log[]
      if (!log) return { state: 'unknown' }
      const receipt = (await ask('eth_getTransactionReceipt', log.transactionHash)) as { logs: Log[] }
      const paid = receipt.logs.some(each => isTransfer(each, { asset, payer, payTo, amount }))
      return paid ? { state: 'moved', transaction: log.transactionHash } : { state: 'gone' }
    } catch {
      return { state: 'unknown' }
    }
  }
}

function isTransfer(
  { address, topics, data }: Log,
  { asset, payer, payTo, amount }: Omit<PaidFor, 'network' | 'nonce'>,
): boolean {
  const [event, from = '', to = ''] = topics
  return (
    address.toLowerCase() === asset.toLowerCase() &&
    event === TRANSFER &&
    from.slice(2) === word(payer) &&
    to.slice(2) === word(payTo) &&
    BigInt(data) >= BigInt(amount)
  )
}

/** Hexadecimal as a word of the ABI. */
function word(hex: string): string {
  return hex.replace(/^0x/, '').toLowerCase().padStart(64, '0')
}
