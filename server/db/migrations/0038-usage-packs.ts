import type { Migration } from './migration.ts'

/**
 * Requests of one organisation lie in one row together. What `usage_events` has stays there until it is too old: servers of before may
 * still be writing it.
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
