import type { Migration } from '../migration.ts'

const FACTS = { pepper: 'key-hash-pepper', audit: 'audit-mac-key', 'data-box': 'data-key' }

/** The keys of the installation itself with their replacements, and the number of wraps of each KEK. */
export const serverKeys: Migration = {
  id: '0032-server-keys',
  statements: ({ int }) => [
    `CREATE TABLE server_keys (
      purpose TEXT NOT NULL, number INTEGER NOT NULL, material TEXT, succession TEXT, created_by TEXT NOT NULL,
      created_at ${int} NOT NULL, starts_at ${int} NOT NULL, ended_at ${int}, PRIMARY KEY (purpose, number))`,
    ...Object.entries(FACTS).map(
      ([purpose, fact]) =>
        `INSERT INTO server_keys (purpose, number, material, created_by, created_at, starts_at)
         SELECT '${purpose}', 1, value, '', 0, 0 FROM server_facts WHERE key = '${fact}'`,
    ),
    `INSERT INTO server_keys (purpose, number, created_by, created_at, starts_at)
     SELECT 'jwt', 1, '', 0, 0 FROM server_facts WHERE key = 'keyring'`,
    `DELETE FROM server_facts WHERE key IN (${Object.values(FACTS)
      .map(fact => `'${fact}'`)
      .join(', ')})`,
    `CREATE TABLE kek_wraps (kek_id TEXT PRIMARY KEY, wraps ${int} NOT NULL)`,
    'INSERT INTO kek_wraps (kek_id, wraps) SELECT kek_id, count(*) FROM secret_versions GROUP BY kek_id',
  ],
}
