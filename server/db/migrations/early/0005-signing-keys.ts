import type { Migration } from '../migration.ts'

export const signingKeys: Migration = {
  id: '0005-signing-keys',
  statements: ({ bytes, int }) => [
    // Such a version contains only the id of a key, which never leaves the key provider.
    'ALTER TABLE secret_versions ADD COLUMN signing_key_id TEXT',
    `CREATE TABLE signing_keys (
      id TEXT PRIMARY KEY, secret_id TEXT NOT NULL, blob ${bytes}, public_key ${bytes} NOT NULL, address TEXT NOT NULL,
      created_at ${int} NOT NULL)`,
  ],
}
