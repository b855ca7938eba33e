import type { Migration } from '../migration.ts'

export const intents: Migration = {
  id: '0004-intents',
  statements: ({ int }) => [
    `ALTER TABLE agents ADD COLUMN tx_block_unlimited_approvals ${int} NOT NULL DEFAULT 0`,
    `CREATE TABLE settings (key TEXT PRIMARY KEY, value TEXT NOT NULL, updated_by TEXT NOT NULL, updated_at ${int} NOT NULL)`,
    // Additions, changes and removals of admins to the built-in registry.
    `CREATE TABLE chains (
      id TEXT PRIMARY KEY, chain_id ${int} NOT NULL UNIQUE, name TEXT NOT NULL UNIQUE, display_name TEXT NOT NULL, rpc_url TEXT,
      ws_url TEXT, explorer_url TEXT, native_currency TEXT NOT NULL, is_testnet ${int} NOT NULL, is_enabled ${int} NOT NULL,
      is_removed ${int} NOT NULL, created_at ${int} NOT NULL, updated_at ${int} NOT NULL)`,
    // Amounts are decimal text: wei needs more than 64 bits. No foreign keys: transactions outlive their agents.
    `CREATE TABLE transactions (
      id TEXT PRIMARY KEY, seq ${int} NOT NULL, org_id TEXT NOT NULL, agent_id TEXT NOT NULL, kind TEXT NOT NULL,
      chain TEXT NOT NULL, chain_id ${int} NOT NULL, from_address TEXT NOT NULL, to_address TEXT, value_wei TEXT NOT NULL,
      nonce ${int}, holds_nonce ${int} NOT NULL, key_vault_id TEXT NOT NULL,
      key_path TEXT NOT NULL, ip_address TEXT NOT NULL, gas_limit ${int}, gas_price TEXT, max_fee_per_gas TEXT,
      max_priority_fee_per_gas TEXT, summary TEXT NOT NULL, status TEXT NOT NULL, signed_tx TEXT, tx_hash TEXT, error_message TEXT,
      simulation_id TEXT, simulation_status TEXT, dashboard_url TEXT, counted_wei TEXT NOT NULL, chain_status TEXT,
      block_number ${int}, gas_used TEXT, effective_gas_price TEXT, mined_at ${int}, created_at ${int} NOT NULL, signed_at ${int},
      due_at ${int}, attempts ${int} NOT NULL, UNIQUE (agent_id, seq))`,
    'CREATE INDEX transactions_spent ON transactions (agent_id, created_at)',
    'CREATE INDEX transactions_nonce ON transactions (chain_id, from_address, nonce) WHERE holds_nonce = 1',
    'CREATE INDEX transactions_due ON transactions (due_at) WHERE due_at IS NOT NULL',
    // Locked for each reservation of the agent; the sums count from `window_start` and from the start of `day`.
    `CREATE TABLE spending (
      agent_id TEXT PRIMARY KEY, last_seq ${int} NOT NULL, window_wei TEXT NOT NULL, window_start ${int} NOT NULL,
      day ${int} NOT NULL, day_wei TEXT NOT NULL)`,
    // Locked for each reservation of a nonce; all nonces below `next_nonce` are in use, as far as this server knows.
    `CREATE TABLE nonces (
      chain_id ${int} NOT NULL, address TEXT NOT NULL, next_nonce ${int} NOT NULL, PRIMARY KEY (chain_id, address))`,
    `CREATE TABLE idempotency_keys (
      agent_id TEXT NOT NULL, key TEXT NOT NULL, request_hash TEXT NOT NULL, claimed_at ${int} NOT NULL,
      transaction_id TEXT, answer TEXT, PRIMARY KEY (agent_id, key))`,
    'CREATE INDEX idempotency_keys_claimed ON idempotency_keys (claimed_at)',
  ],
}
