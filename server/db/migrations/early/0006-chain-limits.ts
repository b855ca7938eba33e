import type { Migration } from '../migration.ts'

export const chainLimits: Migration = {
  id: '0006-chain-limits',
  // How long one answer of the chain's nodes may take; null for what the product says.
  statements: ({ int }) => [`ALTER TABLE chains ADD COLUMN rpc_timeout_ms ${int}`],
}
