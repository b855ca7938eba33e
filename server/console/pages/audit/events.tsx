import { Badge } from '../../ui/data/badge.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import type { AuditEvent } from './event.ts'
import type { Names } from './use-names.ts'

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

/** Events as a table; attempts that were refused, or failed, stand out. */
export function Events({ rows, names }: { rows: readonly AuditEvent[]; names: Names }) {
  const columns: Column<AuditEvent>[] = [
    {
      title: 'Action',
      kind: 'name',
      cell: event => (
        <>
          <code>{event.action}</code> <Outcome of={event} />
        </>
      ),
    },
    { title: 'By', cell: event => actorOf(event, names) },
    { title: 'On', cell: event => resourceOf(event, names) },
    { title: 'Address', cell: ({ ip_address }) => ip_address },
    {
      title: 'When',
      kind: 'short',
      cell: ({ created_at }) => <time dateTime={created_at}>{CLOCK.format(new Date(created_at))}</time>,
    },
    { title: 'Details', cell: event => <Details of={event} /> },
  ]
  return (
    <Table
      caption="Events, newest first"
      columns={columns}
      rows={rows}
      keyOf={({ id }) => id}
      empty="There are no such events."
    />
  )
}

function Outcome({ of: { action, details } }: { of: AuditEvent }) {
  if (details['outcome'] === 'denied') return <Badge tone="bad">Denied</Badge>
  if (details['outcome'] === 'failed' || action === 'auth.failure') return <Badge tone="warn">Failed</Badge>
  return null
}

function Details({ of: { seq, details } }: { of: AuditEvent }) {
  const rest = Object.entries(details).filter(([name]) => name !== 'outcome')
  return (
    <details className="event-details">
      <summary>No. {seq}</summary>
      <dl className="facts">
        {rest.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
        {rest.length === 0 && <p className="quiet">Nothing more was recorded.</p>}
      </dl>
    </details>
  )
}

function actorOf({ actor_id, actor_type }: AuditEvent, names: Names): string {
  if (actor_type === 'anonymous') return 'Nobody known'
  if (actor_type === 'system') return 'The server'
  return names.get(actor_id) ?? `${actor_type} ${actor_id.slice(0, 8)}`
}

function resourceOf({ resource_type, resource_id, details }: AuditEvent, names: Names): string {
  const path = details['path']
  if (typeof path === 'string') return path
  return (
    names.get(resource_id) ?? [resource_type, UUID.test(resource_id) ? resource_id.slice(0, 8) : resource_id].join(' ').trim()
  )
}

const UUID = /^[0-9a-f]{8}-[0-9a-f-]{27}$/
