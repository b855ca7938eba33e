import type { getTransaction } from '../../../src/contract/intents/transactions.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { TransactionRow } from '../../stores/intents/transaction-rows.ts'

export type TransactionBody = ReplyOf<typeof getTransaction>

/** The parts of a reply that do not come from the row. */
export interface ReadConnection {
  readonly explorerUrl: string | undefined
  /** In whole units. */
  readonly remaining: string | undefined
  /** Whether the signed transaction is shown. */
  readonly signed: boolean
}

/** A transaction, without empty fields. */
export function transactionBody(row: TransactionRow, { explorerUrl, remaining, signed }: ReadConnection): TransactionBody {
  return {
    id: row.id,
    agent_id: row.agent_id,
    chain: row.chain,
    chain_id: row.chain_id,
    from: row.from_address,
    ...present('to', row.to_address),
    value_wei: row.value_wei,
    ...present('nonce', row.nonce),
    status: row.status as TransactionBody['status'],
    ...(signed && present('signed_tx', row.signed_tx)),
    ...present('tx_hash', row.tx_hash),
    ...present('error_message', row.error_message),
    created_at: instant(row.created_at),
    ...(row.signed_at !== null && { signed_at: instant(row.signed_at) }),
    ...present('simulation_id', row.simulation_id),
    ...present('simulation_status', row.simulation_status),
    ...present('tenderly_dashboard_url', row.dashboard_url),
    ...present('gas_limit', row.gas_limit),
    ...present('gas_price', row.gas_price),
    ...present('max_fee_per_gas', row.max_fee_per_gas),
    ...present('max_priority_fee_per_gas', row.max_priority_fee_per_gas),
    summary: row.summary as NonNullable<TransactionBody['summary']>,
    ...(remaining !== undefined && { remaining_daily_allowance_eth: remaining }),
    ...(explorerUrl !== undefined &&
      row.tx_hash !== null && { explorer_url: `${explorerUrl.replace(/\/+$/, '')}/tx/${row.tx_hash}` }),
    ...(row.chain_status !== null && { chain_status: row.chain_status as NonNullable<TransactionBody['chain_status']> }),
    ...present('block_number', row.block_number),
    ...present('gas_used', row.gas_used),
    ...present('effective_gas_price', row.effective_gas_price),
    ...(row.mined_at !== null && { mined_at: instant(row.mined_at) }),
  }
}

function instant(ms: number): string {
  return new Date(ms).toISOString()
}

function present<K extends string, V>(name: K, value: V | null): { [P in K]?: V } {
  return (value === null ? {} : { [name]: value }) as { [P in K]?: V }
}
