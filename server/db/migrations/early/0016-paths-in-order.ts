import type { Migration } from '../migration.ts'

/** PostgreSQL compares text by language by default; pages of a vault are in the order of code points, as on SQLite. */
export const pathsInOrder: Migration = {
  id: '0016-paths-in-order',
  statements: ({ bytes }) => (bytes === 'BYTEA' ? ['CREATE INDEX secrets_path ON secrets (vault_id, path COLLATE "C")'] : []),
}
