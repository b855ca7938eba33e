import type { Migration } from './migration.ts'

/** Finds what an agent has had signed and may still be mined, however many transactions it has had. */
export const signaturesOut: Migration = {
  id: '0035-signatures-out',
  statements: () => [],
  indexes: [
    {
      name: 'transactions_outstanding',
      on: 'transactions (agent_id, created_at) WHERE due_at IS NOT NULL AND tx_hash IS NOT NULL',
    },
  ],
}
