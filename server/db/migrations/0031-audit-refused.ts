import type { Migration } from './migration.ts'

/** Finds what was denied or failed among everything that was done; the condition is that of `withOutcomes`. */
export const auditRefused: Migration = {
  id: '0031-audit-refused',
  statements: () => [],
  indexes: [
    {
      name: 'audit_events_refused',
      on: `audit_events (org_id, seq) WHERE (details LIKE '%"outcome":%' OR action = 'auth.failure')`,
    },
  ],
}
