import type { Migration } from './migration.ts'

/**
 * `audit_verified`: up to which event a chain was verified, with a MAC. `audit_cuts`: that the events up to a number were removed, signed;
 * `finished_at` is null as long as some of them are still there.
 */
export const auditChainState: Migration = {
  id: '0030-audit-life',
  statements: ({ int }) => [
    `CREATE TABLE audit_verified (
      org_id TEXT PRIMARY KEY, seq ${int} NOT NULL, event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL, verified_at ${int} NOT NULL,
      full_at ${int} NOT NULL, mac TEXT NOT NULL)`,
    `CREATE TABLE audit_cuts (
      org_id TEXT NOT NULL, seq ${int} NOT NULL, event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL, created_at ${int} NOT NULL,
      kid TEXT NOT NULL, reason TEXT NOT NULL, kept_in TEXT NOT NULL, kept_sha256 TEXT NOT NULL, prev_seq ${int} NOT NULL,
      signature TEXT NOT NULL, finished_at ${int}, PRIMARY KEY (org_id, seq))`,
    'CREATE INDEX audit_cuts_unfinished ON audit_cuts (org_id) WHERE finished_at IS NULL',
  ],
}
