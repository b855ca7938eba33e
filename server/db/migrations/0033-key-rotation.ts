import type { Migration } from './migration.ts'

/** Which key takes the place of an API key, and from where each was last used. */
export const keyRotation: Migration = {
  id: '0033-key-rotation',
  statements: () => ['ALTER TABLE api_keys ADD COLUMN last_used_from TEXT', 'ALTER TABLE api_keys ADD COLUMN replaced_by TEXT'],
}
