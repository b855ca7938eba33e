import type { Migration } from '../migration.ts'

/** A policy from a principal with `admin` on some paths ends with the policy that granted `admin`. */
export const delegatedPolicies: Migration = {
  id: '0009-delegated-policies',
  statements: () => [
    'ALTER TABLE policies ADD COLUMN granted_under TEXT REFERENCES policies (id) ON DELETE CASCADE',
    'CREATE INDEX policies_granted_under ON policies (granted_under)',
  ],
}
