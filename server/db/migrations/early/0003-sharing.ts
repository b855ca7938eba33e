import type { Migration } from '../migration.ts'

export const sharing: Migration = {
  id: '0003-sharing',
  statements: ({ int }) => [
    // A share is deleted with its secret; its organisation, creator and recipient are checked at every use.
    `CREATE TABLE shares (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL, secret_id TEXT NOT NULL REFERENCES secrets (id) ON DELETE CASCADE,
      created_by TEXT NOT NULL, created_by_type TEXT NOT NULL, recipient_type TEXT NOT NULL, recipient_id TEXT,
      recipient_email TEXT, passphrase_hash TEXT, ip_allowlist TEXT NOT NULL, max_access_count ${int} NOT NULL,
      access_count ${int} NOT NULL, created_at ${int} NOT NULL, expires_at ${int} NOT NULL, accepted_at ${int},
      declined_at ${int}, revoked_at ${int})`,
    'CREATE INDEX shares_secret ON shares (secret_id)',
    'CREATE INDEX shares_creator ON shares (created_by)',
    'CREATE INDEX shares_recipient ON shares (recipient_id)',
    'CREATE INDEX shares_recipient_email ON shares (recipient_email)',
    'CREATE INDEX shares_made ON shares (org_id, created_at)',
    // `kind`: `link`, for anyone with the link; `account`, for one person; `nobody`, for an address without an account, so that the
    // request takes the same time.
    `CREATE TABLE enrollments (
      token_hash TEXT PRIMARY KEY, kind TEXT NOT NULL, user_id TEXT, name TEXT NOT NULL, description TEXT,
      ip_address TEXT NOT NULL, status TEXT NOT NULL, decided_by TEXT, agent_id TEXT, created_at ${int} NOT NULL,
      expires_at ${int} NOT NULL, decided_at ${int})`,
    'CREATE INDEX enrollments_pending ON enrollments (kind, status, expires_at)',
    'CREATE INDEX enrollments_user ON enrollments (user_id)',
    // Keyed by the hash of the canonical address, whether or not it has an account.
    `CREATE TABLE enrollment_cooldowns (email_hash TEXT PRIMARY KEY, until ${int} NOT NULL)`,
  ],
}
