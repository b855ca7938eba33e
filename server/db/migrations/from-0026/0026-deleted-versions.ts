import type { Migration } from '../migration.ts'

/** An index for the job that purges deleted versions after their retention. */
export const deletedVersions: Migration = {
  id: '0026-deleted-versions',
  statements: () => [
    'CREATE INDEX secret_versions_deleted ON secret_versions (deleted_at) WHERE deleted_at IS NOT NULL',
    'CREATE INDEX vaults_deleted ON vaults (deleted_at) WHERE deleted_at IS NOT NULL',
  ],
}
