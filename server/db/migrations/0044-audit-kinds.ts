import type { Migration } from './migration.ts'

/**
 * Finds the events of agents among those of people, and the other way round. The index that a job keeps also knows what kind an event is
 * of (`kinds.ts`): it begins anew, and what it knows already stays.
 */
export const auditKinds: Migration = {
  id: '0044-audit-kinds',
  statements: () => ['UPDATE audit_indexed SET seq = 0', 'DELETE FROM audit_stretches'],
  indexes: [{ name: 'audit_events_by_actor_type', on: 'audit_events (org_id, actor_type, seq)' }],
}
