import { randomUUID } from 'node:crypto'
import { type TransactionRow, transactions } from '../../server/stores/intents/transaction-rows.ts'
import { rowsOf } from './rows.ts'

/** A transaction that is stored without having been reserved. */
export const blank: TransactionRow = {
  id: '',
  seq: 0,
  org_id: randomUUID(),
  agent_id: '',
  kind: 'submit',
  chain: 'test',
  chain_id: 1,
  from_address: '0x70997970C51812dc3A010C7d01b50e0d17dc79C8',
  to_address: null,
  value_wei: '0',
  nonce: null,
  holds_nonce: false,
  key_vault_id: '',
  key_path: '',
  ip_address: '',
  gas_limit: null,
  gas_price: null,
  max_fee_per_gas: null,
  max_priority_fee_per_gas: null,
  summary: {},
  status: 'pending',
  signed_tx: null,
  tx_hash: null,
  error_message: null,
  simulation_id: null,
  simulation_status: null,
  dashboard_url: null,
  counted_wei: '0',
  chain_status: null,
  block_number: null,
  gas_used: null,
  effective_gas_price: null,
  mined_at: null,
  created_at: 0,
  signed_at: null,
  due_at: null,
  attempts: 0,
}

/** Adds transactions to the SQLite database of a server that runs; fields that are left out are those of `blank`. */
export async function storeTransactions({ dataDir }: { readonly dataDir: string }, rows: readonly Partial<TransactionRow>[]) {
  const all = rows.map((row, index) =>
    transactions.encode({ ...blank, id: randomUUID(), seq: index + 1, status: 'broadcast', ...row }),
  )
  const literal = (value: unknown) =>
    value === null || typeof value === 'number' ? String(value) : `'${String(value).replaceAll("'", "''")}'`
  const values = all.map(row => `(${Object.values(row).map(literal).join(',')})`)
  const world = { dataDir, config: { databaseUrl: undefined } }
  await rowsOf(world, `INSERT INTO transactions (${Object.keys(all[0] ?? {}).join(',')}) VALUES ${values.join(',')}`)
}
