import type { Migration } from './migration.ts'

/** A key that an agent had before, for as long as it still works, and when and from where each of the two was used. */
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
