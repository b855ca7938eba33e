import { cut } from '../../ui/data/cut.ts'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { Pages } from '../../ui/data/pages.tsx'
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

const PAGE_SIZE = 50

/** `/agents`: all agents of the organisation, filtered as one types. */
export function AgentsPage() {
  const agents = useLoaded(client => client.call('agents.list').then(reply => reply.agents.toSorted(byName)))
  return (
    <Page
      title="Agents"
      actions={
        <Link to="/agents/new" className="button button-primary">
          Register an agent
        </Link>
      }
    >
      <LoadedView of={agents} what="the agents">
        {all => (all.length === 0 ? <NoAgents /> : <Filtered all={all} />)}
      </LoadedView>
    </Page>
  )
}

function NoAgents() {
  return (
    <div className="empty">
      <p>There is no agent yet.</p>
      <p>
        Register one here, or let it ask by itself with <code>1claw agents enroll</code>: it prints a link for you to allow it.
      </p>
    </div>
  )
}

function Filtered({ all }: { all: readonly Agent[] }) {
  const [query, change] = useQuery()
  const now = new Date(useNow(60_000))
  const found = matching(all, filterOf(query), now)
  const { rows, page, pages } = cut(found, Number(query.get('page') ?? 1), PAGE_SIZE)
  const go = (to: number) => change({ page: to === 1 ? '' : String(to) })
  const columns: Column<Agent>[] = [
    { title: 'Name', kind: 'name', cell: named },
    { title: 'State', cell: agent => <StatusBadges agent={agent} now={now} /> },
    { title: 'Signs in by', cell: ({ auth_method }) => METHODS[auth_method] },
    {
      title: 'Last seen',
      cell: ({ last_active_at }) =>
        last_active_at ? <When instant={last_active_at} /> : <span className="unbroken">Never</span>,
    },
  ]
  return (
    <>
      <AgentFilters query={query} onChange={entries => change({ ...entries, page: '' })} />
      <p className="quiet" role="status">
        {found.length === all.length ? amount(all.length) : `${found.length} of ${amount(all.length)}`}
      </p>
      <Table caption="Agents" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No agent is like that." />
      <Pages
        of="the agents"
        labels={['Previous', 'Next']}
        onPrevious={page > 1 ? () => go(page - 1) : undefined}
        onNext={page < pages ? () => go(page + 1) : undefined}
      >
        Page {page} of {pages}
      </Pages>
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

function byName(one: Agent, other: Agent): number {
  return COLLATOR.compare(one.name, other.name)
}

const COLLATOR = new Intl.Collator('en', { numeric: true, sensitivity: 'base' })

function amount(count: number): string {
  return `${count} ${count === 1 ? 'agent' : 'agents'}`
}
