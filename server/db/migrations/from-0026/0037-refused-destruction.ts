import type { Migration } from '../migration.ts'

/** The reason why the key store did not destroy a key. */
export const refusedDestruction: Migration = {
  id: '0037-refused-destruction',
  statements: () => ['ALTER TABLE doomed_keks ADD COLUMN error TEXT'],
}
