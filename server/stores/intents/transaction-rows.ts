import type { Selectable } from 'kysely'
import type { Schema } from '../../db/schema/schema.ts'
import { codec } from '../codec.ts'

/** Turns rows of transactions into values and back. */
export const transactions = codec<Selectable<Schema['transactions']>>()<
  { summary: Readonly<Record<string, unknown>> },
  'holds_nonce'
>({
  flags: ['holds_nonce'],
  json: ['summary'],
})

/** A transaction. `summary` describes it in the form of its replies. */
export type TransactionRow = ReturnType<typeof transactions.decode>

/** All columns except the raw transaction, which can be long. */
export const SHOWN = [
  'id',
  'seq',
  'org_id',
  'agent_id',
  'kind',
  'chain',
  'chain_id',
  'from_address',
  'to_address',
  'value_wei',
  'nonce',
  'holds_nonce',
  'key_vault_id',
  'key_path',
  'ip_address',
  'gas_limit',
  'gas_price',
  'max_fee_per_gas',
  'max_priority_fee_per_gas',
  'summary',
  'status',
  'tx_hash',
  'error_message',
  'simulation_id',
  'simulation_status',
  'dashboard_url',
  'counted_wei',
  'chain_status',
  'block_number',
  'gas_used',
  'effective_gas_price',
  'mined_at',
  'created_at',
  'signed_at',
  'due_at',
  'attempts',
] as const
