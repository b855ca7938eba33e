import type { Migration } from './migration.ts'

/**
 * Indexes to find the events of agents or of people. The index that a job maintains also gets the kind of an event (`kinds.ts`): the job
 * starts from the beginning, and existing entries stay.
 */
export const auditKinds: Migration = {
  id: '0044-audit-kinds',
  statements: () => ['UPDATE audit_indexed SET seq = 0', 'DELETE FROM audit_stretches'],
  indexes: [{ name: 'audit_events_by_actor_type', on: 'audit_events (org_id, actor_type, seq)' }],
}
