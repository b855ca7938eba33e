import type { Migration } from './migration.ts'

const SLOTS = 16

const GONE = {
  secret_gone: { table: 'secrets', secrets: '-count(*)', bytes: '0', of: 'gone g JOIN vaults v ON v.id = g.vault_id' },
  version_gone: {
    table: 'secret_versions',
    secrets: '0',
    bytes: '-sum(length(g.ciphertext) + coalesce(length(g.metadata), 0))',
    of: 'gone g JOIN secrets s ON s.id = g.secret_id JOIN vaults v ON v.id = s.vault_id',
  },
}

/**
 * Deletions are counted once per statement on PostgreSQL: ten thousand changes of one row in a transaction take seconds, because each change
 * passes all earlier ones. Inserts are counted row by row, and SQLite has no triggers per statement.
 */
export const storageInSums: Migration = {
  id: '0041-storage-in-sums',
  statements: ({ bytes: type }) =>
    type !== 'BYTEA'
      ? []
      : Object.entries(GONE).flatMap(([name, { table, secrets, bytes, of }]) => [
          `DROP TRIGGER ${name} ON ${table}`,
          `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO org_storage AS kept (org_id, slot, secrets, bytes)
            SELECT v.org_id, txid_current() % ${SLOTS}, ${secrets}, ${bytes} FROM ${of} GROUP BY v.org_id
            ON CONFLICT (org_id, slot) DO UPDATE SET secrets = kept.secrets + excluded.secrets, bytes = kept.bytes + excluded.bytes;
            RETURN NULL; END $$`,
          `CREATE TRIGGER ${name} AFTER DELETE ON ${table} REFERENCING OLD TABLE AS gone
            FOR EACH STATEMENT EXECUTE FUNCTION ${name}()`,
        ]),
}
