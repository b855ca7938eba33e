import type { Migration } from './migration.ts'

/** Who deleted a version. Null for versions that were deleted before this was recorded. */
export const deletedBy: Migration = {
  id: '0040-deleted-by',
  statements: () => ['ALTER TABLE secret_versions ADD COLUMN deleted_by TEXT'],
}
