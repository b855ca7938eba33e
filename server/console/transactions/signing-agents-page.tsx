import { LoadedView } from '../data/loaded.tsx'
import { type Column, Table } from '../data/table.tsx'
import { useLoaded } from '../data/use-loaded.ts'
import { Page } from '../layout/page.tsx'
import { Link } from '../link.tsx'
import type { Agent } from './transaction.ts'

/** `/transactions`: the agents that may have transactions signed, and within which limits. */
export function SigningAgentsPage() {
  const agents = useLoaded(client => client.call('agents.list').then(({ agents }) => agents))
  return (
    <Page title="Transactions">
      <LoadedView of={agents} what="the agents">
        {all => (
          <Table
            caption="Agents that have transactions signed"
            columns={COLUMNS}
            rows={all.filter(({ intents_api_enabled: signs }) => signs)}
            keyOf={({ id }) => id}
            empty="No agent of this organisation may have transactions signed. An agent may when intents are enabled for it."
          />
        )}
      </LoadedView>
    </Page>
  )
}

const COLUMNS: readonly Column<Agent>[] = [
  { title: 'Agent', kind: 'name', cell: ({ id, name }) => <Link to={`/transactions/${id}`}>{name}</Link> },
  { title: 'Spent today (UTC)', kind: 'number', cell: ({ tx_spent_today_eth: spent = '0' }) => spent },
  { title: 'Most in 24 hours', kind: 'number', cell: ({ tx_daily_limit_eth: limit }) => limit ?? 'Any amount' },
  { title: 'Most at once', kind: 'number', cell: ({ tx_max_value_eth: limit }) => limit ?? 'Any amount' },
  { title: 'Chains', cell: ({ tx_allowed_chains: chains = [] }) => (chains.length > 0 ? chains.join(', ') : 'Any') },
]
