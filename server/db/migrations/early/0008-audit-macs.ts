import type { Migration } from '../migration.ts'

/**
 * Events get a MAC with a key that is not in the database; checkpoints refer to the previous one. Older events have no MAC:
 * `audit_mac_starts` has the signed number of the last of them.
 */
export const auditMacs: Migration = {
  id: '0008-audit-macs',
  statements: ({ int }) => [
    'ALTER TABLE audit_events ADD COLUMN mac TEXT',
    `ALTER TABLE audit_checkpoints ADD COLUMN prev_seq ${int}`,
    'ALTER TABLE audit_checkpoints ADD COLUMN prev_digest TEXT',
    `CREATE TABLE audit_mac_starts (
      org_id TEXT PRIMARY KEY, seq ${int} NOT NULL, event_id TEXT NOT NULL, integrity_hash TEXT NOT NULL, created_at ${int} NOT NULL,
      kid TEXT NOT NULL, signature TEXT NOT NULL)`,
  ],
}
