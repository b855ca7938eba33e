import type { ReactNode } from 'react'
import { Badge } from '../../ui/data/badge.tsx'
import { Breakable } from '../../ui/data/breakable.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { type Directory, useDirectory } from '../../ui/people/names.tsx'
import { Action } from './action.tsx'
import { type AuditEvent, actorOf, outcomeOf, resourceOf, vaultOf } from './event.ts'

interface EventsProps {
  caption: string
  rows: readonly AuditEvent[]
  /** With the address it came from and everything that was recorded. */
  full?: boolean
  empty: ReactNode
}

/** Events as a table, for every page that shows some; denied and failed attempts stand out. */
export function Events({ caption, rows, full = false, empty }: EventsProps) {
  const directory = useDirectory()
  const columns = full ? [...brief(directory), ...FULL] : brief(directory)
  return <Table caption={caption} columns={columns} rows={rows} keyOf={({ id }) => id} empty={empty} />
}

function brief(directory: Directory): Column<AuditEvent>[] {
  return [
    { title: 'Action', kind: 'name', cell: ({ action }) => <Action of={action} /> },
    { title: 'Outcome', kind: 'short', cell: event => <Outcome of={event} /> },
    { title: 'By', cell: event => <Breakable text={actorOf(event, directory)} /> },
    { title: 'On', cell: event => <Resource of={event} directory={directory} /> },
    { title: 'When', kind: 'short', cell: ({ created_at }) => <When instant={created_at} /> },
  ]
}

const FULL: readonly Column<AuditEvent>[] = [
  { title: 'Address', kind: 'short', cell: ({ ip_address }) => ip_address },
  { title: 'Details', cell: event => <Details of={event} /> },
]

/** The outcome of an attempt. */
export function Outcome({ of: event }: { of: Pick<AuditEvent, 'action' | 'details'> }) {
  const outcome = outcomeOf(event)
  if (outcome === 'denied') return <Badge tone="bad">Denied</Badge>
  return outcome === 'failed' ? <Badge tone="warn">Failed</Badge> : <span className="quiet">OK</span>
}

function Resource({ of: event, directory }: { of: AuditEvent; directory: Directory }) {
  const vault = vaultOf(event, directory)
  return (
    <>
      <Path>{resourceOf(event, directory)}</Path>
      {vault !== undefined && <span className="under brief">in {vault}</span>}
    </>
  )
}

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'medium' })

function Details({ of: { seq, created_at, details } }: { of: AuditEvent }) {
  const rest = Object.entries(details).filter(([name]) => name !== 'outcome')
  return (
    <details className="event-details">
      <summary>No. {seq}</summary>
      <dl className="facts">
        <div>
          <dt>time</dt>
          <dd>{CLOCK.format(new Date(created_at))}</dd>
        </div>
        {rest.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{typeof value === 'object' ? JSON.stringify(value) : String(value)}</dd>
          </div>
        ))}
      </dl>
    </details>
  )
}
