import type { Client } from '../../../../src/client/client.ts'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Breakable } from '../../ui/data/breakable.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import type { Agent } from './agent.ts'

type Event = Contract['audit.events']['reply']['events'][number]

const SHOWN = 10

/** What an agent did, and what was done to it, latest first. */
export function AgentEvents({ agent }: { agent: Agent }) {
  const { account } = useSignedIn()
  const events = useLoaded(client => latest(client, agent.id))
  return (
    <Panel title="Latest events">
      <LoadedView of={events} what="the events">
        {({ rows, emails }) => (
          <Table
            caption="Latest events of the agent"
            columns={columns(agent, emails)}
            rows={rows}
            keyOf={({ id }) => id}
            empty={account.role === 'member' ? 'Members see in the audit log only what they did themselves.' : 'Nothing yet.'}
          />
        )}
      </LoadedView>
    </Panel>
  )
}

async function latest(client: Client, id: string) {
  const [did, suffered, { members }] = await Promise.all([
    client.call('audit.events', { query: { actor_id: id, limit: SHOWN } }),
    client.call('audit.events', { query: { resource_id: id, limit: SHOWN } }),
    client.call('org.members'),
  ])
  const all = new Map([...did.events, ...suffered.events].map(event => [event.seq, event]))
  const rows = [...all.values()].toSorted((one, other) => other.seq - one.seq).slice(0, SHOWN)
  return { rows, emails: new Map(members.map(member => [member.id, member.email])) }
}

function columns(agent: Agent, emails: ReadonlyMap<string, string>): Column<Event>[] {
  return [
    { title: 'What', kind: 'name', cell: event => <Subject event={event} /> },
    {
      title: 'By',
      cell: ({ actor_id: id, actor_type: type, ip_address: address }) => (
        <>
          <Breakable text={id === agent.id ? 'The agent' : (emails.get(id) ?? type)} />
          <span className="under">{address}</span>
        </>
      ),
    },
    { title: 'When', cell: ({ created_at: at }) => <When instant={at} /> },
  ]
}

function Subject({ event: { action, details } }: { event: Event }) {
  const { path, pattern } = details
  const about = typeof path === 'string' ? path : pattern
  return (
    <>
      <code>{action}</code>
      {typeof about === 'string' && (
        <span className="under">
          <Path>{about}</Path>
        </span>
      )}
    </>
  )
}
