import type { Migration } from '../migration.ts'

const SIZE = (row: string) => `length(${row}.ciphertext) + coalesce(length(${row}.metadata), 0)`
const ORG_OF_VAULT = (vault: string) => `(SELECT org_id FROM vaults WHERE id = ${vault})`
const ORG_OF_SECRET = (secret: string) =>
  `(SELECT v.org_id FROM secrets s JOIN vaults v ON v.id = s.vault_id WHERE s.id = ${secret})`

const CHANGES = {
  secret_kept: {
    when: 'AFTER INSERT ON secrets',
    change: `INSERT INTO org_storage (org_id, secrets, bytes) SELECT org_id, 1, 0 FROM vaults WHERE id = NEW.vault_id
      ON CONFLICT (org_id) DO UPDATE SET secrets = org_storage.secrets + 1`,
  },
  secret_gone: {
    when: 'AFTER DELETE ON secrets',
    change: `UPDATE org_storage SET secrets = secrets - 1 WHERE org_id = ${ORG_OF_VAULT('OLD.vault_id')}`,
  },
  version_kept: {
    when: 'AFTER INSERT ON secret_versions',
    change: `UPDATE org_storage SET bytes = bytes + ${SIZE('NEW')} WHERE org_id = ${ORG_OF_SECRET('NEW.secret_id')}`,
  },
  version_sized: {
    when: 'AFTER UPDATE OF ciphertext, metadata ON secret_versions',
    change: `UPDATE org_storage SET bytes = bytes + ${SIZE('NEW')} - (${SIZE('OLD')}) WHERE org_id = ${ORG_OF_SECRET('NEW.secret_id')}`,
  },
  version_gone: {
    when: 'AFTER DELETE ON secret_versions',
    change: `UPDATE org_storage SET bytes = bytes - (${SIZE('OLD')}) WHERE org_id = ${ORG_OF_SECRET('OLD.secret_id')}`,
  },
}

/** Triggers count the storage of each organisation on every insert and delete, for its limit. */
export const storage: Migration = {
  id: '0020-storage',
  statements: ({ bytes, int }) => [
    `CREATE TABLE org_storage (org_id TEXT PRIMARY KEY, secrets ${int} NOT NULL, bytes ${int} NOT NULL)`,
    `INSERT INTO org_storage (org_id, secrets, bytes)
      SELECT v.org_id, count(DISTINCT s.id), coalesce(sum(${SIZE('n')}), 0)
      FROM vaults v JOIN secrets s ON s.vault_id = v.id LEFT JOIN secret_versions n ON n.secret_id = s.id GROUP BY v.org_id`,
    ...Object.entries(CHANGES).flatMap(([name, { when, change }]) =>
      bytes === 'BYTEA'
        ? [
            `CREATE FUNCTION ${name}() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN ${change}; RETURN NULL; END $$`,
            `CREATE TRIGGER ${name} ${when} FOR EACH ROW EXECUTE FUNCTION ${name}()`,
          ]
        : [`CREATE TRIGGER ${name} ${when} BEGIN ${change}; END`],
    ),
    'CREATE INDEX policies_org ON policies (org_id)',
    'CREATE INDEX api_keys_org ON api_keys (org_id)',
    'CREATE INDEX signing_keys_secret ON signing_keys (secret_id)',
    'CREATE INDEX pending_signups_end ON pending_signups (expires_at)',
    'CREATE INDEX device_codes_pending ON device_codes (status, expires_at)',
  ],
}
