import { useState } from 'react'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useQuery } from '../../ui/data/query.ts'
import { type Loading, useLoaded } from '../../ui/data/use-loaded.ts'
import { useRefreshed } from '../../ui/data/use-refreshed.ts'
import { Button } from '../../ui/form/button.tsx'
import { SelectField } from '../../ui/form/select-field.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { AgentLimits } from '../agents/agent-limits.tsx'
import { type Chain, currencyIn } from './chains.ts'
import { SignedMessages } from './signed-messages.tsx'
import { Simulate } from './simulate.tsx'
import { type Agent, type Status, statuses, statusLabel, type Transaction } from './transaction.ts'
import { TransactionDialog } from './transaction-dialog.tsx'
import { TransactionsTable } from './transactions-table.tsx'
import { useStatusAnnouncement } from './use-status-announcement.ts'

const REFRESH_MS = 3_000
const MORE = 50
const MOST = 1_000
const NONE: readonly Transaction[] = []

/** `/agents/<id>/transactions`: an agent's signatures, their status, and the rest of its limit. Updates itself. */
export function TransactionsView({ agent }: { agent: Agent }) {
  const [simulating, setSimulating] = useState(false)
  const chains = useLoaded(client => client.call('chains.list').then(({ chains }) => chains))
  return (
    <>
      {agent.intents_api_enabled && (
        <div className="actions">
          <Button aria-expanded={simulating} onClick={() => setSimulating(!simulating)}>
            {simulating ? 'Hide simulation' : 'Simulate a transaction'}
          </Button>
        </div>
      )}
      <LoadedView of={chains} what="the chains">
        {known => (
          <>
            {simulating && <Simulate agent={agent} chains={known} />}
            <Listed agent={agent} chains={known} />
            {agent.intents_api_enabled && <SignedMessages agent={agent} />}
          </>
        )}
      </LoadedView>
    </>
  )
}

function Listed({ agent, chains }: { agent: Agent; chains: readonly Chain[] }) {
  const [status, setStatus] = useState<Status | undefined>()
  const [more, setMore] = useState(MORE)
  const [query] = useQuery()
  const day = query.get('day') ?? ''
  const [chosen, setChosen] = useState<Transaction | null>(null)
  const list = useLoaded(client => {
    const query = { include: 'details' as const, limit: more, ...(status && { status }), ...(day && { day }) }
    return client.call('intents.list', { params: { agent_id: agent.id }, query })
  }, `${status} ${day} ${more}`)
  useRefreshed(list.refresh, REFRESH_MS)
  useStatusAnnouncement(listed(list.state))
  const currencyOf = currencyIn(chains)
  // Its current state, while it is still listed.
  const shown = chosen && (listed(list.state).find(({ id }) => id === chosen.id) ?? chosen)
  return (
    <>
      <Panel title="Transactions" actions={<Filter status={status} onStatus={setStatus} />}>
        <LoadedView of={list} what="the transactions">
          {({ transactions, next_cursor }) => (
            <>
              {day !== '' && (
                <p>
                  Only those of {day} (UTC). <Link to={`/agents/${agent.id}/transactions`}>All days</Link>
                </p>
              )}
              <TransactionsTable
                transactions={transactions}
                currencyOf={currencyOf}
                empty={day !== '' ? 'None on this day.' : status ? 'No transactions with this status.' : 'No transactions yet.'}
                onChosen={setChosen}
              />
              {next_cursor && more < MOST && (
                <div className="actions">
                  <Button onClick={() => setMore(more + MORE)}>Show more</Button>
                </div>
              )}
            </>
          )}
        </LoadedView>
      </Panel>
      {agent.intents_api_enabled && list.state.at === 'loaded' && (
        <AgentLimits agent={agent} left={list.state.value.remaining_daily_allowance_eth} />
      )}
      {shown && <TransactionDialog transaction={shown} currency={currencyOf(shown.chain)} onClose={() => setChosen(null)} />}
    </>
  )
}

function listed(state: Loading<{ transactions: readonly Transaction[] }>): readonly Transaction[] {
  return state.at === 'loaded' ? state.value.transactions : NONE
}

function Filter({ status, onStatus }: { status: Status | undefined; onStatus(status: Status | undefined): void }) {
  return (
    <SelectField
      label="Status"
      name="status"
      value={status ?? ''}
      onChange={event => onStatus(statuses.find(each => each === event.target.value))}
    >
      <option value="">All</option>
      {statuses.map(each => (
        <option key={each} value={each}>
          {statusLabel(each)}
        </option>
      ))}
    </SelectField>
  )
}
