import type { Migration } from '../migration.ts'

/** PostgreSQL compares text by language unless told; pages of a vault are by code point, as SQLite compares. */
export const pathsInOrder: Migration = {
  id: '0016-paths-in-order',
  statements: ({ bytes }) => (bytes === 'BYTEA' ? ['CREATE INDEX secrets_path ON secrets (vault_id, path COLLATE "C")'] : []),
}
