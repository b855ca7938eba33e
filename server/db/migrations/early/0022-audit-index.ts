import type { Migration } from '../migration.ts'

const NOT_FREQUENT = `action NOT IN ('secret.read', 'secret.list', 'auth.success')`

/**
 * Indexes for queries of the audit log. The indexes by actor, and by action and vault except for the most frequent actions, are updated with
 * every event. A job updates the tables by resource and by time a moment later (`indexAudit`).
 */
export const auditIndex: Migration = {
  id: '0022-audit-index',
  statements: ({ int }) => [
    `CREATE TABLE audit_subjects (
      org_id TEXT NOT NULL, subject TEXT NOT NULL, seq ${int} NOT NULL, PRIMARY KEY (org_id, subject, seq))${int === 'INTEGER' ? ' WITHOUT ROWID' : ''}`,
    `CREATE TABLE audit_stretches (
      org_id TEXT NOT NULL, first_seq ${int} NOT NULL, last_seq ${int} NOT NULL, min_at ${int} NOT NULL, max_at ${int} NOT NULL,
      PRIMARY KEY (org_id, first_seq))`,
    `CREATE TABLE audit_indexed (org_id TEXT PRIMARY KEY, seq ${int} NOT NULL)`,
  ],
  indexes: [
    { name: 'audit_events_by_actor', on: 'audit_events (org_id, actor_id, seq)' },
    { name: 'audit_events_by_action', on: `audit_events (org_id, action, seq) WHERE ${NOT_FREQUENT}` },
    { name: 'audit_events_by_vault', on: `audit_events (org_id, vault_id, seq) WHERE ${NOT_FREQUENT}` },
  ],
}
