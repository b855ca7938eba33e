import type { Migration } from '../migration.ts'

/**
 * Names of vaults are unique without case. What is compared is computed by the server, because the engines do not agree on letters; vaults
 * that were there before have none, and keep their names even where two differ in case alone.
 */
export const vaultNames: Migration = {
  id: '0019-vault-names',
  statements: () => [
    'ALTER TABLE vaults ADD COLUMN name_key TEXT',
    'CREATE UNIQUE INDEX vaults_name_key ON vaults (org_id, name_key) WHERE deleted_at IS NULL',
  ],
}
