import type { Migration } from '../migration.ts'

/**
 * Stores many requests of an organisation in one row. Rows in `usage_events` stay until they expire, because older servers can still write
 * to it.
 */
export const usagePacks: Migration = {
  id: '0038-usage-packs',
  statements: ({ int }) => [
    `CREATE TABLE usage_packs (
      org_id TEXT NOT NULL, last_id TEXT NOT NULL, first_id TEXT NOT NULL, events ${int} NOT NULL, principals TEXT NOT NULL,
      routes TEXT NOT NULL, cells TEXT NOT NULL, PRIMARY KEY (org_id, last_id))`,
    'CREATE INDEX usage_packs_last_id ON usage_packs (last_id)',
  ],
}
