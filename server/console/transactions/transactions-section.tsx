import { LoadedView } from '../data/loaded.tsx'
import { useLoaded } from '../data/use-loaded.ts'
import { Page } from '../layout/page.tsx'
import { SigningAgentsPage } from './signing-agents-page.tsx'
import { TransactionsView } from './transactions-view.tsx'

/** `/transactions`, and `/transactions/<agent id>` below it. */
export function TransactionsSection({ rest: [id, ...more] }: { rest: readonly string[] }) {
  if (id === undefined) return <SigningAgentsPage />
  return more.length > 0 ? <NoSuchPage /> : <OfAgent key={id} id={id} />
}

const WITHIN = [{ label: 'Transactions', to: '/transactions' }]

function OfAgent({ id }: { id: string }) {
  const agent = useLoaded(client => client.call('agents.get', { params: { agent_id: id } }))
  const { state } = agent
  return (
    <Page title={state.at === 'loaded' ? `Transactions of ${state.value.name}` : 'Transactions'} within={WITHIN}>
      <LoadedView of={agent} what="the agent">
        {value => <TransactionsView agent={value} />}
      </LoadedView>
    </Page>
  )
}

function NoSuchPage() {
  return (
    <Page title="There is no such page" within={WITHIN}>
      <p>The address is not one of the console.</p>
    </Page>
  )
}
