import { LoadedView } from '../../ui/data/loaded.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'
import type { Agent } from '../agents/agent.ts'
import { StatusBadges } from '../agents/status-badges.tsx'
import { DeniedOf, listed, WeekOf } from '../agents/week/list.tsx'
import { SpentOf } from '../agents/week/spend-bar.tsx'
import { useSpendings } from '../agents/week/use-spendings.ts'

const SHOWN = 6
const REFRESH_MS = 30_000

/** The most active agents of this week, with their spending. For owners and admins. */
export function AgentsNow() {
  const now = new Date(useNow(60_000))
  const agents = useLoaded(client => listed(client, true))
  useRefreshed(agents.refresh, REFRESH_MS)
  const { spendings, refresh } = useSpendings(agents.state.at === 'loaded' ? agents.state.value.agents : [])
  useRefreshed(refresh, REFRESH_MS)
  return (
    <LoadedView of={agents} what="the agents">
      {({ agents: all, weeks }) => {
        const active = all.filter(agent => agent.is_active)
        if (active.length === 0) return null
        const worth = ({ id }: Agent) => weeks?.of.get(id)?.total ?? 0
        const shown = active.toSorted((one, other) => worth(other) - worth(one)).slice(0, SHOWN)
        const columns: Column<Agent>[] = [
          { title: 'Agent', kind: 'name', cell: ({ id, name }) => <Link to={`/agents/${id}`}>{name}</Link> },
          { title: 'State', cell: agent => <StatusBadges agent={agent} now={now} /> },
          { title: 'Events, 7 days', cell: ({ id }) => <WeekOf week={weeks?.of.get(id)} from={weeks?.from ?? ''} /> },
          {
            title: 'Denied',
            kind: 'number',
            cell: ({ id }) => <DeniedOf id={id} week={weeks?.of.get(id)} from={weeks?.from ?? ''} />,
          },
          ...(shown.some(({ intents_api_enabled }) => intents_api_enabled)
            ? [{ title: 'Spent', cell: (agent: Agent) => agent.intents_api_enabled && <SpentOf agent={agent} of={spendings} /> }]
            : []),
        ]
        return (
          <Panel title="Agents now" actions={<Link to="/agents?sort=events">All agents</Link>}>
            <Table caption="Agents now" columns={columns} rows={shown} keyOf={({ id }) => id} empty="No active agents." />
          </Panel>
        )
      }}
    </LoadedView>
  )
}
