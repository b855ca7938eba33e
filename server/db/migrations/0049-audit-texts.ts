import type { Migration } from './migration.ts'

/**
 * The signatures of groups of events (server/stores/audit/signature.ts), for searches for texts and patterns. The job that maintains the
 * index of the audit log fills it; until then such a search looks at every event, as before.
 */
export const auditTexts: Migration = {
  id: '0049-audit-texts',
  statements: ({ int, bytes }) => [
    `CREATE TABLE audit_texts (
      org_id TEXT NOT NULL, event_group ${int} NOT NULL, part ${int} NOT NULL, bits ${bytes} NOT NULL,
      PRIMARY KEY (org_id, event_group, part))${int === 'INTEGER' ? ' WITHOUT ROWID' : ''}`,
  ],
}
