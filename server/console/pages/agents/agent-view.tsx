import type { ReactNode } from 'react'
import { manages } from '../../session/session.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { Page } from '../../ui/layout/page.tsx'
import { Tabs } from '../../ui/layout/tabs.tsx'
import { Link } from '../../ui/link.tsx'
import { TransactionsView } from '../intents/transactions-view.tsx'
import type { Agent } from './agent.ts'
import { AgentLimits } from './agent-limits.tsx'
import { PauseButton } from './pause-button.tsx'
import { AgentAccess } from './week/agent-access.tsx'
import { AgentHead } from './week/agent-head.tsx'
import { AgentLog } from './week/agent-log.tsx'
import { AgentSettings } from './week/agent-settings.tsx'
import { AgentWeek } from './week/agent-week.tsx'

interface View {
  /** The last segment of its address: `transactions` for `/agents/<id>/transactions`. */
  readonly name: string
  readonly label: string
  readonly page: (agent: Agent, onChanged: () => Promise<void>) => ReactNode
}

/** The views of an agent, in the order of the tabs. */
const VIEWS: readonly View[] = [
  { name: '', label: 'Overview', page: agent => <AgentWeek agent={agent} /> },
  {
    name: 'access',
    label: 'Access',
    page: agent => (
      <>
        <AgentAccess agent={agent} />
        {agent.intents_api_enabled && <AgentLimits agent={agent} />}
      </>
    ),
  },
  // Shown even if nothing may be signed for it any more: past signatures stay visible.
  { name: 'transactions', label: 'Transactions', page: agent => <TransactionsView agent={agent} /> },
  { name: 'log', label: 'Log', page: agent => <AgentLog agent={agent} /> },
  { name: 'settings', label: 'Settings', page: (agent, onChanged) => <AgentSettings agent={agent} onChanged={onChanged} /> },
]

const WITHIN = [{ label: 'Agents', to: '/agents' }]

/** `/agents/<id>` and the views of the agent below it. */
export function AgentView({ id, view }: { id: string; view: string }) {
  const { account } = useSignedIn()
  const agent = useLoaded(client => client.call('agents.get', { params: { agent_id: id }, query: { include: 'parties' } }))
  const { state } = agent
  if (state.at === 'failed' && state.problem.status === 404) return <NoAgent />
  if (state.at !== 'loaded') {
    return (
      <Page title="Agent" within={WITHIN}>
        <LoadedView of={agent} what="the agent">
          {() => null}
        </LoadedView>
      </Page>
    )
  }
  const here = VIEWS.find(each => each.name === view)
  const addressOf = (name: string) => (name === '' ? `/agents/${id}` : `/agents/${id}/${name}`)
  return (
    <Page
      title={state.value.name}
      {...(here && here.name !== '' && { view: here.label })}
      within={WITHIN}
      actions={
        manages(account, state.value) && (
          <>
            {view !== 'access' && (
              <Link to={`${addressOf('access')}?new=access`} className="button button-primary">
                Grant access
              </Link>
            )}
            <PauseButton agent={state.value} onChanged={agent.reload} />
          </>
        )
      }
    >
      <AgentHead agent={state.value} seesLog={account.role !== 'member'} />
      <Tabs
        label="Views of the agent"
        tabs={VIEWS.map(({ name, label }) => ({ label, to: addressOf(name) }))}
        here={addressOf(view)}
        acting
      />
      {here ? here.page(state.value, agent.reload) : <p>There is no such view of this agent.</p>}
    </Page>
  )
}

function NoAgent() {
  return (
    <Page title="There is no such agent" within={WITHIN}>
      <p>Its id is wrong, or it belongs to another organisation.</p>
    </Page>
  )
}
