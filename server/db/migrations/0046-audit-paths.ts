import type { Migration } from './migration.ts'

/**
 * The distinct paths of the events of an organisation, in the order of code points, for patterns. The job that maintains the other tables of
 * the index fills it: it starts from the beginning, and existing entries stay.
 */
export const auditPaths: Migration = {
  id: '0046-audit-paths',
  statements: ({ int }) => [
    `CREATE TABLE audit_paths (
      org_id TEXT NOT NULL, path TEXT${int === 'INTEGER' ? '' : ' COLLATE "C"'} NOT NULL, last_seq ${int} NOT NULL,
      PRIMARY KEY (org_id, path))${int === 'INTEGER' ? ' WITHOUT ROWID' : ''}`,
    'UPDATE audit_indexed SET seq = 0',
    'DELETE FROM audit_stretches',
  ],
}
