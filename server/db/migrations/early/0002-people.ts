import type { Migration } from '../migration.ts'

export const people: Migration = {
  id: '0002-people',
  statements: ({ bytes, int }) => [
    `ALTER TABLE orgs ADD COLUMN billing_tier TEXT NOT NULL DEFAULT 'free'`,
    `ALTER TABLE orgs ADD COLUMN tier_expires_at ${int}`,
    `ALTER TABLE orgs ADD COLUMN free_tier_override ${int}`,
    `ALTER TABLE orgs ADD COLUMN is_sponsored ${int} NOT NULL DEFAULT 0`,
    'CREATE INDEX memberships_user ON memberships (user_id)',
    `CREATE TABLE outbox (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, sealed ${bytes} NOT NULL, attempts ${int} NOT NULL, created_at ${int} NOT NULL,
      due_at ${int} NOT NULL, expires_at ${int} NOT NULL)`,
    'CREATE INDEX outbox_due ON outbox (due_at)',
    // The account can be null: a request for an unknown account also adds a row, so that it takes the same time.
    `CREATE TABLE password_resets (
      token_hash TEXT PRIMARY KEY, user_id TEXT REFERENCES users (id), created_at ${int} NOT NULL, expires_at ${int} NOT NULL)`,
    'CREATE INDEX password_resets_user ON password_resets (user_id)',
    `CREATE TABLE pending_signups (
      token_hash TEXT PRIMARY KEY, email TEXT NOT NULL, display_name TEXT, password_hash TEXT NOT NULL, created_at ${int} NOT NULL,
      expires_at ${int} NOT NULL)`,
    `CREATE TABLE totp_factors (
      user_id TEXT PRIMARY KEY REFERENCES users (id), sealed ${bytes} NOT NULL, is_confirmed ${int} NOT NULL, last_step ${int} NOT NULL,
      created_at ${int} NOT NULL)`,
    `CREATE TABLE recovery_codes (
      user_id TEXT NOT NULL REFERENCES users (id), code_hash TEXT NOT NULL, PRIMARY KEY (user_id, code_hash))`,
    `CREATE TABLE mfa_challenges (
      token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL REFERENCES users (id), method TEXT NOT NULL, generation ${int} NOT NULL,
      expires_at ${int} NOT NULL)`,
    'CREATE INDEX mfa_challenges_user ON mfa_challenges (user_id)',
    `CREATE TABLE oidc_identities (
      issuer TEXT NOT NULL, subject TEXT NOT NULL, user_id TEXT NOT NULL REFERENCES users (id), created_at ${int} NOT NULL,
      PRIMARY KEY (issuer, subject))`,
    'CREATE INDEX oidc_identities_user ON oidc_identities (user_id)',
    `CREATE TABLE invitations (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), email TEXT NOT NULL, role TEXT NOT NULL,
      token_hash TEXT NOT NULL UNIQUE, invited_by TEXT NOT NULL, created_at ${int} NOT NULL, expires_at ${int} NOT NULL,
      UNIQUE (org_id, email))`,
    `CREATE TABLE ip_rules (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL REFERENCES orgs (id), rule_type TEXT NOT NULL, cidr TEXT NOT NULL, label TEXT,
      applies_to TEXT NOT NULL, created_by TEXT NOT NULL, created_at ${int} NOT NULL)`,
    'CREATE INDEX ip_rules_org ON ip_rules (org_id)',
    `CREATE TABLE org_settings (
      org_id TEXT NOT NULL REFERENCES orgs (id), key TEXT NOT NULL, value TEXT NOT NULL, PRIMARY KEY (org_id, key))`,
  ],
}
