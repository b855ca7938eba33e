import { useSignedIn } from '../../session/signed-in.tsx'
import { Empty } from '../../ui/data/empty.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { cut } from '../../ui/data/page-of-rows.ts'
import { NumberedPages } from '../../ui/data/pages.tsx'
import { useQuery } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'
import { type Agent, METHODS } from './agent.ts'
import { AgentFilters, filterOf, matching } from './agent-filters.tsx'
import { StatusBadges } from './status-badges.tsx'
import { DeniedOf, listed, WeekOf, type Weeks } from './week/list.tsx'
import { SortBy, type SortName, sorted, sortIn } from './week/sort.tsx'
import { SpentOf } from './week/spend-bar.tsx'
import { useSpendings } from './week/use-spendings.ts'

const PAGE_SIZE = 50

/** `/agents`: all agents of the organisation, filtered as one types. */
export function AgentsPage() {
  const { account } = useSignedIn()
  const seesLog = account.role !== 'member'
  const agents = useLoaded(client => listed(client, seesLog))
  return (
    <Page
      title="Agents"
      actions={
        <>
          <Link to="/agents/new/signing" className="button button-plain">
            New signing agent
          </Link>
          <Link to="/agents/new" className="button button-primary">
            Register an agent
          </Link>
        </>
      }
    >
      <LoadedView of={agents} what="the agents">
        {({ agents: all, weeks }) => (all.length === 0 ? <NoAgents /> : <Filtered all={all} weeks={weeks} />)}
      </LoadedView>
    </Page>
  )
}

function NoAgents() {
  return (
    <div className="empty">
      <Empty command="1claw agents create deployer">
        No agents yet. An agent is a program with its own name, key, policies and audit trail. Register one here, or let the
        program ask: <code>1claw agents enroll</code> prints a link where you approve it.
      </Empty>
    </div>
  )
}

function Filtered({ all, weeks }: { all: readonly Agent[]; weeks: Weeks | undefined }) {
  const [query, change] = useQuery()
  const now = new Date(useNow(60_000))
  const sort = sortIn(query)
  const { spendings } = useSpendings(all)
  const found = sorted(matching(all, filterOf(query), now), sort, weeks, spendings)
  const { rows, page, pages } = cut(found, Number(query.get('page') ?? 1), PAGE_SIZE)
  const go = (to: number) => change({ page: to === 1 ? '' : String(to) })
  const by = (name: SortName, title: string, kind?: 'number') => ({
    title,
    ...(kind && { kind }),
    sorted: sort.name === name ? (sort.isUp ? ('ascending' as const) : ('descending' as const)) : undefined,
    heading: <SortBy name={name} title={title} sort={sort} onSort={next => change({ sort: next, page: '' })} />,
  })
  const columns: Column<Agent>[] = [
    { ...by('name', 'Name'), kind: 'name', cell: named },
    { title: 'State', cell: agent => <StatusBadges agent={agent} now={now} /> },
    ...(weeks
      ? [
          { ...by('events', 'Events, 7 days'), cell: ({ id }: Agent) => <WeekOf week={weeks.of.get(id)} from={weeks.from} /> },
          {
            ...by('denied', 'Denied', 'number'),
            cell: ({ id }: Agent) => <DeniedOf id={id} week={weeks.of.get(id)} from={weeks.from} />,
          },
        ]
      : []),
    ...(all.some(({ intents_api_enabled }) => intents_api_enabled)
      ? [
          {
            ...by('spent', 'Spent, 24 hours'),
            cell: (agent: Agent) => agent.intents_api_enabled && <SpentOf agent={agent} of={spendings} brief />,
          },
        ]
      : []),
    { ...by('key', 'Key'), cell: keyAge },
    {
      ...by('seen', 'Last seen'),
      cell: ({ last_active_at }) =>
        last_active_at ? <When instant={last_active_at} /> : <span className="unbroken">Never</span>,
    },
  ]
  return (
    <>
      <AgentFilters query={query} onChange={entries => change({ ...entries, page: '' })} />
      <p className="quiet" role="status">
        {found.length === all.length ? amount(all.length) : `${found.length.toLocaleString()} of ${amount(all.length)}`}
      </p>
      <Table caption="Agents" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No agent matches." />
      <NumberedPages of="the agents" page={page} pages={pages} onGo={go} />
    </>
  )
}

function named({ id, name, description }: Agent) {
  return (
    <>
      <Link to={`/agents/${id}`}>{name}</Link>
      {description && <span className="under brief">{description}</span>}
    </>
  )
}

/** The age of its key, or its sign-in method if it has none. */
function keyAge({ auth_method: method, key_created_at: at }: Agent) {
  if (method !== 'api_key') return METHODS[method]
  return at ? <When instant={at} /> : <span className="quiet">Not recorded</span>
}

function amount(count: number): string {
  return `${count.toLocaleString()} ${count === 1 ? 'agent' : 'agents'}`
}
