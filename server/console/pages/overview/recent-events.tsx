import type { Contract } from '../../../../src/contract/all.ts'
import { Badge } from '../../ui/data/badge.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { Name, nameIn, useDirectory } from '../../ui/people/names.tsx'

type Event = Contract['audit.events']['reply']['events'][number]

const SHOWN = 8

const COLUMNS: Column<Event>[] = [
  { title: 'What', kind: 'name', cell: ({ action }) => <Path>{action}</Path> },
  { title: 'On', cell: event => <On event={event} /> },
  { title: 'Who', cell: ({ actor_type, actor_id }) => <Actor type={actor_type} id={actor_id} /> },
  { title: 'When', cell: ({ created_at }) => <When instant={created_at} /> },
  { title: 'Outcome', cell: ({ details }) => outcome(details['outcome']) },
]

/** The last things that were done, as far as the person may see them. */
export function RecentEvents() {
  const events = useLoaded(client => client.call('audit.events', { query: { limit: SHOWN } }).then(({ events }) => events))
  return (
    <Panel title="Lately" actions={<Link to="/audit">All of the audit log</Link>}>
      <LoadedView of={events} what="the last events">
        {rows => (
          <Table
            caption="The last events"
            columns={COLUMNS}
            rows={rows}
            keyOf={({ id }) => id}
            empty="Nothing has been done yet."
          />
        )}
      </LoadedView>
    </Panel>
  )
}

function Actor({ type, id }: { type: string; id: string }) {
  return type === 'user' || type === 'agent' ? (
    <Name of={`${type}:${id}`} />
  ) : type === 'system' ? (
    'The server'
  ) : (
    'Somebody unknown'
  )
}

/** What it was done to. Ids say nothing to people, but their beginning tells one from another. */
function On({ event: { details, resource_type, resource_id } }: { event: Event }) {
  const directory = useDirectory()
  const known = details['path'] ?? details['name'] ?? nameIn(directory, resource_type, resource_id)
  return <Path>{known === undefined ? resource_id.slice(0, 8) : String(known)}</Path>
}

function outcome(said: unknown) {
  if (said === 'denied') return <Badge tone="bad">Refused</Badge>
  return said === 'failed' ? <Badge tone="warn">Failed</Badge> : null
}
