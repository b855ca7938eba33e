import type { Contract } from '../../../../../src/contract/all.ts'

type Transaction = Contract['intents.list']['reply']['transactions'][number]
type Counted = Pick<
  Transaction,
  'status' | 'chain_status' | 'created_at' | 'value_wei' | 'gas_limit' | 'gas_price' | 'max_fee_per_gas'
>

/** Those that count with the most they can cost, until a block has them or they cannot be sent any more. */
const WAITING: readonly string[] = ['pending', 'signed', 'sign_only', 'broadcast']
const DAY_MS = 86_400_000

/** What the transactions of the last 24 hours have reserved, with the highest fee they can cost, in the native unit. */
export function reservedIn(transactions: readonly Counted[], now: number): number {
  const waiting = transactions.filter(
    ({ status, chain_status: chain = 'pending', created_at: at }) =>
      WAITING.includes(status) && chain === 'pending' && Date.parse(at) > now - DAY_MS,
  )
  return waiting.reduce((sum, each) => sum + costOf(each), 0)
}

function costOf({ value_wei: value, gas_limit: gas = 0, gas_price: price, max_fee_per_gas: most }: Counted): number {
  return Number(BigInt(value) + BigInt(gas) * BigInt(most ?? price ?? 0)) / 1e18
}
