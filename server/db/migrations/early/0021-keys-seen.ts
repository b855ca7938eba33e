import type { Migration } from '../migration.ts'

/** Who has seen the key of an agent. For existing keys this is assumed to be the person who registered the agent. */
export const keysSeen: Migration = {
  id: '0021-keys-seen',
  statements: () => [
    'ALTER TABLE agents ADD COLUMN key_made_by TEXT',
    'UPDATE agents SET key_made_by = created_by WHERE key_hash IS NOT NULL',
    'CREATE INDEX agents_key_made_by ON agents (key_made_by)',
  ],
}
