import type { Migration } from '../migration.ts'

const SIZE = (row: string) => `length(${row}.ciphertext) + coalesce(length(${row}.metadata), 0)`
const OF_VAULT = (vault: string) => `vaults v WHERE v.id = ${vault}`
const OF_SECRET = (secret: string) => `secrets s JOIN vaults v ON v.id = s.vault_id WHERE s.id = ${secret}`

/** Consecutive transactions use different slots. */
const SLOTS = 16

const CHANGES = {
  secret_kept: { when: 'AFTER INSERT ON secrets', secrets: '1', bytes: '0', of: OF_VAULT('NEW.vault_id') },
  secret_gone: { when: 'AFTER DELETE ON secrets', secrets: '-1', bytes: '0', of: OF_VAULT('OLD.vault_id') },
  version_kept: { when: 'AFTER INSERT ON secret_versions', secrets: '0', bytes: SIZE('NEW'), of: OF_SECRET('NEW.secret_id') },
  version_sized: {
    when: 'AFTER UPDATE OF ciphertext, metadata ON secret_versions',
    secrets: '0',
    bytes: `${SIZE('NEW')} - (${SIZE('OLD')})`,
    of: OF_SECRET('NEW.secret_id'),
  },
  version_gone: {
    when: 'AFTER DELETE ON secret_versions',
    secrets: '0',
    bytes: `-(${SIZE('OLD')})`,
    of: OF_SECRET('OLD.secret_id'),
  },
}

const added = (slot: string, { secrets, bytes, of }: (typeof CHANGES)[keyof typeof CHANGES]) =>
  `INSERT INTO org_storage AS kept (org_id, slot, secrets, bytes) SELECT v.org_id, ${slot}, ${secrets}, ${bytes} FROM ${of}
    ON CONFLICT (org_id, slot) DO UPDATE SET secrets = kept.secrets + excluded.secrets, bytes = kept.bytes + excluded.bytes`

/**
 * The storage of an organisation is the sum of its rows. On PostgreSQL each transaction adds to the row of a slot, so that concurrent writes
 * for one organisation do not wait for each other's commit. SQLite has one writer and fills one slot; it has more slots after a restore
 * from PostgreSQL.
 */
export const storageSlots: Migration = {
  id: '0036-storage-slots',
  statements: ({ bytes: type, int }) => (type === 'BYTEA' ? onPostgres(int) : onSqlite(int)),
}

function onPostgres(int: string): string[] {
  return [
    `ALTER TABLE org_storage ADD COLUMN slot ${int} NOT NULL DEFAULT 0`,
    'ALTER TABLE org_storage DROP CONSTRAINT org_storage_pkey',
    'ALTER TABLE org_storage ADD PRIMARY KEY (org_id, slot)',
    ...Object.entries(CHANGES).map(
      ([name, change]) =>
        `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
          ${added(`txid_current() % ${SLOTS}`, change)}; RETURN NULL; END $$`,
    ),
  ]
}

/** SQLite changes a primary key only with a new table; the triggers refer to the table and are created again. */
function onSqlite(int: string): string[] {
  return [
    ...Object.keys(CHANGES).map(name => `DROP TRIGGER ${name}`),
    `CREATE TABLE org_storage_slots (
      org_id TEXT NOT NULL, secrets ${int} NOT NULL, bytes ${int} NOT NULL, slot ${int} NOT NULL DEFAULT 0, PRIMARY KEY (org_id, slot))`,
    'INSERT INTO org_storage_slots (org_id, secrets, bytes) SELECT org_id, secrets, bytes FROM org_storage',
    'DROP TABLE org_storage',
    'ALTER TABLE org_storage_slots RENAME TO org_storage',
    ...Object.entries(CHANGES).map(([name, change]) => `CREATE TRIGGER ${name} ${change.when} BEGIN ${added('0', change)}; END`),
  ]
}
