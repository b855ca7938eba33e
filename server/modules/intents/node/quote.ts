import { Problem } from '../../../../src/problem.ts'
import type { Rpc, RpcError } from '../../../http/json-rpc.ts'
import type { WantedFee } from '../intent.ts'
import type { Chain } from '../ports.ts'
import { count, fields, hex, isBytes, isUnsupported, printable, quantity, resultOf } from './node-values.ts'
import { revertText } from './reverts.ts'

/** Final fees per unit of gas; wei. */
export type Fee =
  | { readonly kind: 'legacy'; readonly gasPrice: bigint }
  | { readonly kind: 'eip1559'; readonly maxFee: bigint; readonly maxPriorityFee: bigint }

/** A call in the form that nodes accept. */
export interface NodeCall {
  readonly from: string
  readonly to?: string
  readonly value: string
  readonly data?: string
}

/** The chain's current price. */
interface Market {
  /** Undefined on chains without EIP-1559. */
  readonly baseFee: bigint | undefined
  readonly gasPrice: bigint
  readonly priorityFee: bigint
}

const MARKET_MS = 1000
const COUNT_MS = 250
const LIMIT = 2n ** 256n
const GWEI = 1_000_000_000n
const TOO_POOR = 'The transaction would fail: insufficient funds for its value.'

export type Quotes = ReturnType<typeof quotes>

/** The maximum price of one unit of gas. */
export function highestFee(fee: Fee): bigint {
  return fee.kind === 'legacy' ? fee.gasPrice : fee.maxFee
}

/** Asks chains for what transactions need. Concurrent requests share one reply. */
export function quotes(rpcOf: (chain: Chain) => Rpc, clock: () => number) {
  const markets = shared<Market>(MARKET_MS, clock)
  const counts = shared<number>(COUNT_MS, clock)

  async function market(chain: Chain): Promise<Market> {
    const rpc = rpcOf(chain)
    const block = fields(await resultOf(rpc, 'eth_getBlockByNumber', ['latest', false]), 'a block')
    if (block['baseFeePerGas'] === undefined || block['baseFeePerGas'] === null) {
      return { baseFee: undefined, gasPrice: quantity(await resultOf(rpc, 'eth_gasPrice', []), 'a gas price'), priorityFee: 0n }
    }
    const baseFee = quantity(block['baseFeePerGas'], 'a base fee')
    const tip = await rpc.call('eth_maxPriorityFeePerGas', [])
    const priorityFee = tip.error ? GWEI : quantity(tip.result, 'a priority fee')
    return { baseFee, gasPrice: baseFee + priorityFee, priorityFee }
  }

  const pendingCountNow = async (chain: Chain, address: string): Promise<number> =>
    count(await resultOf(rpcOf(chain), 'eth_getTransactionCount', [address, 'pending']), 'a transaction count')

  return {
    /** The requested fee, completed from the market; the chain is asked only for what is missing. */
    async fee(chain: Chain, wanted: WantedFee): Promise<Fee> {
      const fee = complete(wanted) ?? filled(wanted, await markets(nodesOf(chain), () => market(chain)))
      if (highestFee(fee) >= LIMIT)
        throw new Problem('chain.unreachable', "The chain's node named a fee that no transaction can carry.")
      return fee
    },

    /** The number of transactions of an address that the chain has seen, including waiting ones; can be a moment old. */
    pendingCount: (chain: Chain, address: string): Promise<number> =>
      counts(`${nodesOf(chain)} ${address}`, () => pendingCountNow(chain, address)),

    pendingCountNow,

    /** The number of transactions that are in blocks. */
    minedCount: async (chain: Chain, address: string): Promise<number> =>
      count(await resultOf(rpcOf(chain), 'eth_getTransactionCount', [address, 'latest']), 'a transaction count'),

    /**
     * The gas that a call will use, and a fifth more if code runs, because its path can differ by then.
     * @throws Problem `request.unprocessable` if it would revert or the sender cannot pay for it
     */
    async gas(chain: Chain, call: NodeCall): Promise<bigint> {
      const rpc = rpcOf(chain)
      const [answer, balance] = await Promise.all([
        rpc.call('eth_estimateGas', [call]),
        resultOf(rpc, 'eth_getBalance', [call.from, 'latest']),
      ])
      if (answer.error) throw refusedEstimate(answer.error)
      // Not every node checks the balance when it estimates.
      if (quantity(balance, 'a balance') < BigInt(call.value))
        throw new Problem('request.unprocessable', TOO_POOR, { reason: 'funds' })
      const gas = quantity(answer.result, 'an amount of gas')
      return call.data === undefined ? gas : (gas * 6n) / 5n
    },
  }
}

function complete(wanted: WantedFee): Fee | undefined {
  if (wanted?.kind === 'legacy') return wanted
  if (wanted?.maxFee === undefined || wanted.maxPriorityFee === undefined) return undefined
  return { kind: 'eip1559', maxFee: wanted.maxFee, maxPriorityFee: wanted.maxPriorityFee }
}

/** Room for the base fee to double, which takes six full blocks. */
function filled(wanted: WantedFee, { baseFee, gasPrice, priorityFee }: Market): Fee {
  if (wanted?.kind === 'legacy') return wanted
  if (!wanted && baseFee === undefined) return { kind: 'legacy', gasPrice }
  const ceiling = wanted?.maxFee
  const tip = wanted?.maxPriorityFee ?? (ceiling !== undefined && priorityFee > ceiling ? ceiling : priorityFee)
  return { kind: 'eip1559', maxFee: ceiling ?? (baseFee ?? gasPrice) * 2n + tip, maxPriorityFee: tip }
}

function refusedEstimate(error: RpcError): Problem {
  if (isUnsupported(error)) return new Problem('chain.unreachable', "The chain's node does not estimate gas; send gas_limit.")
  const reason = isBytes(error.data) ? revertText(error.data) : undefined
  const detail = `The transaction would fail: ${reason ?? printable(error.message)}.`
  return new Problem('request.unprocessable', `${detail} To send it anyway, pass gas_limit.`, { reason: 'estimate' })
}

/** The call in the form that nodes accept. */
export function nodeCall(from: string, { to, value, data }: { to: string | null; value: bigint; data: string }): NodeCall {
  return { from, ...(to !== null && { to }), value: hex(value), ...(data !== '0x' && { data }) }
}

/** A reply belongs to the nodes that gave it: an admin can change them at any time. */
function nodesOf({ chainId, rpcUrls }: Chain): string {
  return `${chainId} ${rpcUrls.join(' ')}`
}

/** Asks once for all concurrent callers, and for later ones within `ms`; a failure is not cached. */
function shared<V>(ms: number, clock: () => number) {
  const answers = new Map<string, { readonly at: number; readonly value: Promise<V> }>()
  return (key: string, ask: () => Promise<V>): Promise<V> => {
    const known = answers.get(key)
    // The clock could also be set back.
    if (known && Math.abs(clock() - known.at) < ms) return known.value
    const value = ask()
    answers.set(key, { at: clock(), value })
    value.catch(() => answers.delete(key))
    if (answers.size > 10_000) answers.delete(answers.keys().next().value ?? key)
    return value
  }
}
