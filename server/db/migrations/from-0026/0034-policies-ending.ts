import type { Migration } from '../migration.ts'

/** An index to find the policies of an organisation that expire soon. */
export const policiesEnding: Migration = {
  id: '0034-policies-ending',
  statements: () => [],
  indexes: [{ name: 'policies_ending', on: 'policies (org_id, expires_at, id) WHERE expires_at IS NOT NULL' }],
}
