import type { Addition } from './adding.ts'
import type { EventRow } from './chaining.ts'

const COLUMNS = [
  'org_id',
  'seq',
  'id',
  'action',
  'actor_id',
  'actor_type',
  'resource_type',
  'resource_id',
  'vault_id',
  'details',
  'ip_address',
  'created_at',
  'prev_event_id',
  'integrity_hash',
  'mac',
] as const satisfies readonly (keyof EventRow)[]

/** The events themselves. */
export const EVENTS: Addition<EventRow> = {
  table: 'audit_events',
  columns: COLUMNS,
  numbers: ['seq', 'created_at'],
  alike: ['org_id', 'action', 'actor_id', 'actor_type', 'resource_type', 'vault_id', 'ip_address', 'created_at'],
  counted: 'seq',
  linked: ['prev_event_id', 'id'],
  onConflict: '',
}
