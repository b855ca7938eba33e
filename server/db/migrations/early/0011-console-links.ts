import type { Migration } from '../migration.ts'

export const consoleLinks: Migration = {
  id: '0011-console-links',
  statements: ({ int }) => [
    `CREATE TABLE console_links (
      token_hash TEXT PRIMARY KEY, user_id TEXT NOT NULL, org_id TEXT NOT NULL, generation ${int} NOT NULL, login_jti TEXT NOT NULL,
      login_ends_at ${int} NOT NULL, expires_at ${int} NOT NULL)`,
    'ALTER TABLE console_sessions ADD COLUMN login_jti TEXT',
    `ALTER TABLE console_sessions ADD COLUMN ends_at ${int}`,
    'CREATE INDEX console_sessions_login ON console_sessions (login_jti)',
  ],
}
