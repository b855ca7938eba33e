import type { Migration } from '../migration.ts'

export const chainLimits: Migration = {
  id: '0006-chain-limits',
  // The time limit for a reply of the chain's nodes; null for the default.
  statements: ({ int }) => [`ALTER TABLE chains ADD COLUMN rpc_timeout_ms ${int}`],
}
