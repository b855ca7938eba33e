import type { Migration } from '../migration.ts'

/** The former key of an agent while it still works, and the last use of both keys: time and address. */
export const secondKeys: Migration = {
  id: '0028-second-keys',
  statements: ({ int }) => [
    `ALTER TABLE agents ADD COLUMN key_created_at ${int}`,
    `ALTER TABLE agents ADD COLUMN key_used_at ${int}`,
    'ALTER TABLE agents ADD COLUMN key_used_from TEXT',
    'ALTER TABLE agents ADD COLUMN old_key_prefix TEXT',
    'ALTER TABLE agents ADD COLUMN old_key_hash TEXT',
    'ALTER TABLE agents ADD COLUMN old_key_made_by TEXT',
    `ALTER TABLE agents ADD COLUMN old_key_created_at ${int}`,
    `ALTER TABLE agents ADD COLUMN old_key_used_at ${int}`,
    'ALTER TABLE agents ADD COLUMN old_key_used_from TEXT',
    `ALTER TABLE agents ADD COLUMN old_key_ends_at ${int}`,
    'CREATE UNIQUE INDEX agents_old_key ON agents (old_key_hash) WHERE old_key_hash IS NOT NULL',
    'CREATE INDEX agents_old_key_made_by ON agents (old_key_made_by) WHERE old_key_made_by IS NOT NULL',
  ],
}
