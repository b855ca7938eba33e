import type { Migration } from '../migration.ts'

/** The replacement of an API key, and the address of the last use of each key. */
export const keyRotation: Migration = {
  id: '0033-key-rotation',
  statements: () => ['ALTER TABLE api_keys ADD COLUMN last_used_from TEXT', 'ALTER TABLE api_keys ADD COLUMN replaced_by TEXT'],
}
