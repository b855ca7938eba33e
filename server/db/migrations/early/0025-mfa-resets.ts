import type { Migration } from '../migration.ts'

/** Links with which people allow an admin to turn off their lost second factor. */
export const mfaResets: Migration = {
  id: '0025-mfa-resets',
  statements: ({ int }) => [
    `CREATE TABLE mfa_resets (
      user_id TEXT PRIMARY KEY REFERENCES users (id), token_hash TEXT NOT NULL UNIQUE, org_id TEXT NOT NULL, asked_by TEXT NOT NULL,
      generation ${int} NOT NULL, asker_generation ${int} NOT NULL, created_at ${int} NOT NULL, expires_at ${int} NOT NULL)`,
  ],
}
