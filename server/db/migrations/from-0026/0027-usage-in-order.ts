import type { Migration } from '../migration.ts'

const COLUMNS = 'org_id, id, principal_type, principal_id, method, endpoint, status_code, price_micros, paid_by, created_at'

/** On SQLite the usage history is stored in the order of its reads, without another index, because each request adds a row. */
export const usageInOrder: Migration = {
  id: '0027-usage-in-order',
  statements: ({ int }) =>
    int === 'INTEGER'
      ? [
          `CREATE TABLE usage_in_order (
            org_id TEXT NOT NULL, id TEXT NOT NULL, principal_type TEXT NOT NULL, principal_id TEXT NOT NULL, method TEXT NOT NULL,
            endpoint TEXT NOT NULL, status_code ${int} NOT NULL, price_micros ${int} NOT NULL, paid_by TEXT, created_at ${int} NOT NULL,
            PRIMARY KEY (org_id, id)) WITHOUT ROWID`,
          `INSERT INTO usage_in_order (${COLUMNS}) SELECT ${COLUMNS} FROM usage_events ORDER BY org_id, id`,
          'DROP TABLE usage_events',
          'ALTER TABLE usage_in_order RENAME TO usage_events',
        ]
      : [],
}
