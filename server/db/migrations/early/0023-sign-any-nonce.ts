import type { Migration } from '../migration.ts'

/** Existing agents are restricted too: a person must allow more if an agent needs it. */
export const signAnyNonce: Migration = {
  id: '0023-sign-any-nonce',
  statements: ({ int }) => [`ALTER TABLE agents ADD COLUMN tx_sign_any_nonce ${int} NOT NULL DEFAULT 0`],
}
