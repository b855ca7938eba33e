import type { Migration } from '../migration.ts'

/**
 * Events carry a MAC under a key that the database alone does not give; checkpoints name the one before them. Events from before have
 * no MAC: `audit_mac_starts` says up to where that is so, signed.
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
