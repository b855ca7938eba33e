import type { Migration } from '../migration.ts'

/** An index of denied and failed events; its condition is that of `withOutcomes`. */
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
