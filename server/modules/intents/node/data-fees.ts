import { LRUCache } from 'lru-cache'
import type { Rpc } from '../../../http/json-rpc.ts'
import type { Intent } from '../intent.ts'
import type { Chain } from '../ports.ts'
import { isBytes } from './node-values.ts'

/**
 * What rollups charge in addition to gas, for publishing a transaction's data on their base chain. It is in no field of the transaction.
 */
export interface DataFees {
  /**
   * The maximum fee, in wei; 0 on chains without such a fee.
   * @throws Problem `chain.unreachable`
   */
  highest(intent: Pick<Intent, 'chain' | 'data'>): Promise<bigint>
  /** The same without asking the chain, except for a chain that an admin added: nothing else says what it charges. */
  assumed(intent: Pick<Intent, 'chain' | 'data'>): Promise<bigint>
}

/** The contracts in which rollups publish the fee: OP Stack (GasPriceOracle), Scroll (L1GasPriceOracle). */
const ORACLES = ['0x420000000000000000000000000000000000000F', '0x5300000000000000000000000000000000000002'] as const
/** getL1FeeUpperBound(uint256 unsignedTxSize), since Fjord. */
const UPPER_BOUND = '0xf1c7a58b'
/** getL1Fee(bytes) */
const FEE = '0x49948e0e'
/** The size of a transaction without its data, with its signature: an upper bound. */
const OTHER_BYTES = 250
/** The fee follows the gas price of another chain: it can double until the transaction is in a block. */
const ROOM = 2n
/** How long the information is cached that a chain has no such fee. */
const WITHOUT_MS = 3_600_000

/** Built-in rollups that charge such a fee, and the assumed maximum for a byte if no node is asked: 16 gas at 100 gwei. */
const ROLLUPS: readonly number[] = [10, 480, 1088, 5000, 8453, 34_443, 42_220, 81_457, 84_532, 534_352, 7_777_777]
const WEI_PER_BYTE = 16n * 100_000_000_000n

export function dataFees(rpcOf: (chain: Chain) => Rpc, clock: () => number = () => performance.now()): DataFees {
  const without = new LRUCache<string, number>({ max: 1000 })

  async function ask(chain: Chain, to: string, data: string): Promise<bigint | 'nothing there' | 'unclear'> {
    const { error, result } = {
      error: undefined,
      result: undefined,
      ...(await rpcOf(chain).call('eth_call', [{ to, data }, 'latest'])),
    }
    if (error !== undefined || !isBytes(result)) return 'unclear'
    return result.length === 66 ? BigInt(result) : result === '0x' ? 'nothing there' : 'unclear'
  }

  async function highest({ chain, data }: Pick<Intent, 'chain' | 'data'>): Promise<bigint> {
    const key = [chain.chainId, ...chain.rpcUrls].join(' ')
    const since = without.get(key)
    if (since !== undefined && clock() - since < WITHOUT_MS) return 0n
    const bound = await ask(chain, ORACLES[0], UPPER_BOUND + padded(sizeOf(data)))
    if (typeof bound === 'bigint') return bound * ROOM
    const answers = await Promise.all(ORACLES.map(oracle => ask(chain, oracle, FEE + bytesOf(data))))
    const fee = answers.find(each => typeof each === 'bigint')
    if (fee !== undefined) return fee * ROOM
    if ([bound, ...answers].includes('unclear')) return feeByTheByte({ chain, data })
    without.set(key, clock())
    return 0n
  }

  return {
    highest,
    assumed: async intent =>
      (intent.chain.isRegistered ? undefined : await highest(intent).catch(() => undefined)) ?? feeByTheByte(intent),
  }
}

/** The assumption if no node replies: 0 only on a chain that is known to have no such fee. */
function feeByTheByte({ chain, data }: Pick<Intent, 'chain' | 'data'>): bigint {
  const isWithout = chain.isRegistered && !ROLLUPS.includes(chain.chainId)
  return isWithout ? 0n : BigInt(sizeOf(data)) * WEI_PER_BYTE
}

function sizeOf(data: string): number {
  return OTHER_BYTES + data.length / 2 - 1
}

/** Stands for the transaction as an argument: its data, and other bytes, which are non-zero and so the most expensive. */
function bytesOf(data: string): string {
  const digits = 'ff'.repeat(OTHER_BYTES) + data.slice(2)
  return padded(32) + padded(digits.length / 2) + digits.padEnd(Math.ceil(digits.length / 64) * 64, '0')
}

function padded(value: number): string {
  return value.toString(16).padStart(64, '0')
}
