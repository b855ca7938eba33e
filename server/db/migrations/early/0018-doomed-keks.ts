import type { Migration } from '../migration.ts'

/** KEKs that no longer wrap anything, until the key provider has destroyed them. */
export const kekDestructions: Migration = {
  id: '0018-doomed-keks',
  statements: ({ bytes, int }) => [
    // No foreign key: the vault may be deleted.
    `CREATE TABLE doomed_keks (
      id TEXT PRIMARY KEY, org_id TEXT NOT NULL, vault_id TEXT NOT NULL, blob ${bytes}, destroy_at ${int} NOT NULL)`,
    'CREATE INDEX doomed_keks_due ON doomed_keks (destroy_at)',
  ],
}
