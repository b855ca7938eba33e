import type { Migration } from '../migration.ts'

/**
 * Names of vaults are unique regardless of case. The server computes the form that is compared, because the engines fold case differently.
 * Existing vaults have no such form, and keep their names even if two differ only in case.
 */
export const vaultNames: Migration = {
  id: '0019-vault-names',
  statements: () => [
    'ALTER TABLE vaults ADD COLUMN name_key TEXT',
    'CREATE UNIQUE INDEX vaults_name_key ON vaults (org_id, name_key) WHERE deleted_at IS NULL',
  ],
}
