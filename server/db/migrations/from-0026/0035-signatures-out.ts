import type { Migration } from '../migration.ts'

/** An index of the signed transactions of an agent that can still be mined, independent of the number of its other transactions. */
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
