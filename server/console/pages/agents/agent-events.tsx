import type { Client } from '../../../../src/client/client.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { Events } from '../audit/events.tsx'
import type { Agent } from './agent.ts'

const SHOWN = 10

/** What an agent did, and what was done to it, latest first. */
export function AgentEvents({ agent }: { agent: Agent }) {
  const { account } = useSignedIn()
  const events = useLoaded(client => latest(client, agent.id))
  return (
    <Panel title="Latest events">
      <LoadedView of={events} what="the events">
        {rows => (
          <NamesHere>
            <Events
              caption="Latest events of the agent"
              rows={rows}
              empty={
                account.role === 'member' ? 'Members see in the audit log only what they did themselves.' : 'No activity yet.'
              }
            />
          </NamesHere>
        )}
      </LoadedView>
    </Panel>
  )
}

async function latest(client: Client, id: string) {
  const [did, suffered] = await Promise.all([
    client.call('audit.events', { query: { actor_id: id, limit: SHOWN } }),
    client.call('audit.events', { query: { resource_id: id, limit: SHOWN } }),
  ])
  const all = new Map([...did.events, ...suffered.events].map(event => [event.seq, event]))
  return [...all.values()].toSorted((one, other) => other.seq - one.seq).slice(0, SHOWN)
}
