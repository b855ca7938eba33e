import type { Migration } from '../migration.ts'

/** Customer keys, new KEKs for existing vaults, and deletions that can be undone. */
export const keyLife: Migration = {
  id: '0017-key-life',
  statements: ({ bytes, int }) => [
    'ALTER TABLE vaults ADD COLUMN cmek_fingerprint TEXT',
    // A deleted vault keeps its rows for a while, under a name that no other vault can have.
    `ALTER TABLE vaults ADD COLUMN deleted_at ${int}`,
    'ALTER TABLE vaults ADD COLUMN deleted_name TEXT',
    // The KEK to which the ciphertext of the value is bound; null if that KEK also wraps the DEK.
    'ALTER TABLE secret_versions ADD COLUMN bound_kek_id TEXT',
    'CREATE INDEX secret_versions_kek ON secret_versions (kek_id, secret_id, version)',
    `CREATE INDEX secret_versions_cmek ON secret_versions (cmek_fingerprint, secret_id, version)
      WHERE cmek_fingerprint IS NOT NULL`,
    // Former KEKs of vaults that may still wrap some version.
    `CREATE TABLE former_keks (
      id TEXT PRIMARY KEY, vault_id TEXT NOT NULL REFERENCES vaults (id), blob ${bytes}, retired_at ${int} NOT NULL)`,
    'CREATE INDEX former_keks_vault ON former_keks (vault_id)',
    // Rotations of a customer key, with its fingerprints, or of a KEK, with its ids. No foreign key: rotations outlive their vault.
    `CREATE TABLE key_jobs (
      id TEXT PRIMARY KEY, kind TEXT NOT NULL, org_id TEXT NOT NULL, vault_id TEXT NOT NULL, old_key TEXT NOT NULL, new_key TEXT NOT NULL,
      status TEXT NOT NULL, total ${int} NOT NULL, processed ${int} NOT NULL, error TEXT, created_by TEXT NOT NULL,
      created_at ${int} NOT NULL, started_at ${int}, completed_at ${int}, holder TEXT, held_until ${int} NOT NULL)`,
    'CREATE INDEX key_jobs_vault ON key_jobs (vault_id)',
    // One rotation of a vault at a time, of either kind.
    `CREATE UNIQUE INDEX key_jobs_running ON key_jobs (vault_id) WHERE status = 'running'`,
  ],
}
