import type { Migration } from './migration.ts'

const SIZE = (row: string) => `length(${row}.ciphertext) + coalesce(length(${row}.metadata), 0)`
const OF_VAULT = (vault: string) => `vaults v WHERE v.id = ${vault}`
const OF_SECRET = (secret: string) => `secrets s JOIN vaults v ON v.id = s.vault_id WHERE s.id = ${secret}`

/** Transactions with numbers in sequence have slots of their own. */
const SLOTS = 16

const CHANGES = {
  secret_kept: { secrets: '1', bytes: '0', of: OF_VAULT('NEW.vault_id') },
  secret_gone: { secrets: '-1', bytes: '0', of: OF_VAULT('OLD.vault_id') },
  version_kept: { secrets: '0', bytes: SIZE('NEW'), of: OF_SECRET('NEW.secret_id') },
  version_sized: { secrets: '0', bytes: `${SIZE('NEW')} - (${SIZE('OLD')})`, of: OF_SECRET('NEW.secret_id') },
  version_gone: { secrets: '0', bytes: `-(${SIZE('OLD')})`, of: OF_SECRET('OLD.secret_id') },
}

/**
 * What an organisation stores is the sum of its rows: on PostgreSQL each transaction adds to the row of a slot, so that those that write
 * for one organisation at the same time do not wait for each other's commit. SQLite has one writer, and one row.
 */
export const storageSlots: Migration = {
  id: '0036-storage-slots',
  statements: ({ bytes: type, int }) => {
    const slot = `ALTER TABLE org_storage ADD COLUMN slot ${int} NOT NULL DEFAULT 0`
    if (type !== 'BYTEA') return [slot]
    return [
      slot,
      'ALTER TABLE org_storage DROP CONSTRAINT org_storage_pkey',
      'ALTER TABLE org_storage ADD PRIMARY KEY (org_id, slot)',
      ...Object.entries(CHANGES).map(
        ([name, { secrets, bytes, of }]) =>
          `CREATE OR REPLACE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
            INSERT INTO org_storage AS kept (org_id, slot, secrets, bytes)
              SELECT v.org_id, txid_current() % ${SLOTS}, ${secrets}, ${bytes} FROM ${of}
              ON CONFLICT (org_id, slot) DO UPDATE SET secrets = kept.secrets + excluded.secrets, bytes = kept.bytes + excluded.bytes;
            RETURN NULL; END $$`,
      ),
    ]
  },
}
