import type { Migration } from '../migration.ts'

/**
 * `audit_verified`: the last verified event of each chain, with a MAC. `audit_cuts`: signed notes that the events up to a number were
 * removed; `finished_at` is null until all of them are.
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
