import { Bar } from '../../../ui/chart/bar.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { ActivityChart } from '../../picture.tsx'
import type { Agent } from '../agent.ts'
import { Unlimited } from '../form/unlimited.tsx'
import { firstOf } from './activity.ts'
import { reservedIn } from './reserved.ts'

/** Transactions that the days are summed up from. */
const MOST = 1000
const DAYS = 14
const NOT_SPENT = ['failed', 'simulation_failed', 'rejected', 'replaced']

/** The spending of an agent, in the last 24 hours and on the days before. */
export function Spend({ agent }: { agent: Agent }) {
  const found = useLoaded(client =>
    client.call('intents.list', { params: { agent_id: agent.id }, query: { limit: MOST } }).then(reply => reply),
  )
  const transactions = found.state.at === 'loaded' ? found.state.value.transactions : []
  return (
    <Panel title="Spending" actions={<Link to={`/agents/${agent.id}/transactions`}>Transactions</Link>}>
      <Unlimited agent={agent} />
      <SpendBar agent={agent} reserved={reservedIn(transactions, Date.now())} />
      <LoadedView of={found} what="the transactions" instead={({ status }) => (status === 403 ? NOBODYS : undefined)}>
        {({ transactions }) => {
          const from = firstOf(DAYS)
          const days = new Map<string, number>()
          for (const { created_at, value_wei, status } of transactions) {
            const day = created_at.slice(0, 10)
            if (day >= from && !NOT_SPENT.includes(status)) days.set(day, (days.get(day) ?? 0) + Number(value_wei) / 1e18)
          }
          return <Sent agent={agent.id} from={from} days={days} />
        }}
      </LoadedView>
    </Panel>
  )
}

/** The value sent on each day; a bar leads to its transactions. */
function Sent({ agent, from, days }: { agent: string; from: string; days: ReadonlyMap<string, number> }) {
  const [most] = [...days].toSorted(([, one], [, other]) => other - one)
  const total = [...days.values()].reduce((sum, amount) => sum + amount, 0)
  const caption =
    most === undefined
      ? `Nothing was sent in ${DAYS} days.`
      : `${short(total)} ETH sent in ${DAYS} days, most of it on ${DAY.format(new Date(most[0]))}: ${short(most[1])} ETH.`
  return (
    <ActivityChart
      caption={caption}
      table="Value sent by day"
      from={from}
      to={firstOf(1)}
      series={SENT}
      counts={Array.from(days, ([day, count]) => ({ day, key: 'sent', count }))}
      format={amount => `${short(amount)} ETH`}
      addressOf={span => `/agents/${agent}/transactions${span ? `?day=${span.from}` : ''}`}
    />
  )
}

const SENT = [{ key: 'sent', label: 'Value sent' }]
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

const NOBODYS = <p className="quiet">Owners, admins and the person who registered this agent can see its transactions.</p>

/**
 * The used part of the 24-hour limit, with a notch at the limit. `reserved`: how much of it is not on a chain yet, in the native unit.
 * `brief`: the heading already names the period.
 */
export function SpendBar({ agent, reserved = 0, brief = false }: { agent: Agent; reserved?: number; brief?: boolean }) {
  const { tx_daily_limit_eth: limit, tx_spent_today_eth: spent = '0' } = agent
  if (limit === undefined) return <p>No daily limit.</p>
  const [of, all] = [Number(spent), Number(limit)]
  const waiting = Math.min(of, reserved)
  return (
    <div className="metered">
      <Bar notched of={of} reserved={waiting} limit={all} tone={of >= all ? 'full' : of >= all * 0.8 ? 'near' : 'plain'} />
      <span>
        {short(of)} of {short(all)} ETH{brief ? '' : ' in 24 hours'}
        {waiting > 0 && `, ${short(waiting)} of it reserved`}
        {of >= all ? ', used up' : `, ${short(all - of)} left${of >= all * 0.8 ? ': nearly used up' : ''}`}
      </span>
    </div>
  )
}

const AMOUNT = new Intl.NumberFormat(undefined, { maximumSignificantDigits: 4 })

function short(amount: number): string {
  return AMOUNT.format(amount)
}
