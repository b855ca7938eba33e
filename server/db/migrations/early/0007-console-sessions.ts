import type { Migration } from '../migration.ts'

export const consoleSessions: Migration = {
  id: '0007-console-sessions',
  statements: ({ int }) => [
    `CREATE TABLE console_sessions (
      id TEXT PRIMARY KEY, token_hash TEXT NOT NULL UNIQUE, user_id TEXT NOT NULL REFERENCES users (id), org_id TEXT NOT NULL,
      generation ${int} NOT NULL, user_agent TEXT NOT NULL, ip_address TEXT NOT NULL, created_at ${int} NOT NULL,
      last_used_at ${int} NOT NULL)`,
    'CREATE INDEX console_sessions_user ON console_sessions (user_id)',
  ],
}
