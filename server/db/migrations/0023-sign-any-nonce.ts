import type { Migration } from './migration.ts'

/** Agents of before are bounded too: a person allows more where it is needed. */
export const signAnyNonce: Migration = {
  id: '0023-sign-any-nonce',
  statements: ({ int }) => [`ALTER TABLE agents ADD COLUMN tx_sign_any_nonce ${int} NOT NULL DEFAULT 0`],
}
