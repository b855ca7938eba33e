import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { When } from '../../../ui/data/when.tsx'
import { Link } from '../../../ui/link.tsx'
import { useNow } from '../../../ui/use-now.ts'
import { days } from '../../audit/period.ts'
import type { Agent } from '../agent.ts'
import { StatusBadges } from '../status-badges.tsx'
import { counted, done } from './activity.ts'

/** Its state, when and from where it was last seen, and its week in a sentence. `seesLog`: whether the person may see the log. */
export function AgentHead({ agent, seesLog }: { agent: Agent; seesLog: boolean }) {
  const now = new Date(useNow(60_000))
  return (
    <div className="agent-head">
      <p>
        <StatusBadges agent={agent} now={now} />{' '}
        {agent.last_active_at === undefined ? (
          'Never seen'
        ) : (
          <>
            Last seen: <When instant={agent.last_active_at} />
            {seesLog && <From id={agent.id} />}
          </>
        )}
      </p>
      {agent.description && <p className="quiet">{agent.description}</p>}
      {seesLog && <Week id={agent.id} />}
    </div>
  )
}

function From({ id }: { id: string }) {
  const { state } = useLoaded(client => client.call('audit.events', { query: { actor_id: id, limit: 1 } }))
  const address = state.at === 'loaded' ? state.value.events[0]?.ip_address : undefined
  return address ? ` from ${address}` : null
}

function Week({ id }: { id: string }) {
  const { state } = useLoaded(client => done(client, id, days(7)))
  if (state.at !== 'loaded') return <p className="quiet">{state.at === 'loading' ? '…' : state.message}</p>
  const { from, denied, reads } = state.value
  const since = new URLSearchParams({ from })
  return (
    <p>
      {reads.total > 0 && `Read ${counted(reads.secrets, 'path')} in ${counted(reads.vaults, 'vault')} this week: `}
      <Link to={`/agents/${id}/log?kinds=reads&outcome=ok&${since}`}>{counted(reads.total, 'read')}</Link>
      {' and '}
      <Link to={`/agents/${id}/log?outcome=denied&${since}`}>{counted(denied, 'denial')}</Link>
      {reads.total > 0 ? '.' : ' this week.'}
    </p>
  )
}
