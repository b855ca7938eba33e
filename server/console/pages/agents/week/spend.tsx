import { LoadedView } from '../../../ui/data/loaded.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Panel } from '../../../ui/layout/panel.tsx'
import { Link } from '../../../ui/link.tsx'
import { ActivityChart } from '../../picture.tsx'
import type { Agent } from '../agent.ts'
import { Unlimited } from '../form/unlimited.tsx'
import { firstOf } from './activity.ts'
import { SpendBar } from './spend-bar.tsx'
import { eth, SPENT_DAYS, type Spending, spendings } from './spending.ts'

/** The spending of an agent, in the last 24 hours and on the days before. */
export function Spend({ agent }: { agent: Agent }) {
  const found = useLoaded(client => spendings(client, agent.id))
  const spending = found.state.at === 'loaded' ? found.state.value.of.get(agent.id) : undefined
  return (
    <Panel title="Spending" actions={<Link to={`/agents/${agent.id}/transactions`}>Transactions</Link>}>
      <Unlimited agent={agent} />
      <SpendBar agent={agent} spending={spending} />
      <LoadedView of={found} what="the spending" instead={({ status }) => (status === 403 ? NOBODYS : undefined)}>
        {({ from, of }) => <Sent agent={agent.id} from={from} spending={of.get(agent.id)} />}
      </LoadedView>
    </Panel>
  )
}

/** The value sent on each day; a bar leads to its transactions. */
function Sent({ agent, from, spending }: { agent: string; from: string; spending: Spending | undefined }) {
  const sent = spending?.days.filter(({ value_eth: value }) => Number(value) > 0) ?? []
  const [most] = sent.toSorted((one, other) => Number(other.value_eth) - Number(one.value_eth))
  const caption =
    spending === undefined || most === undefined
      ? `Nothing was sent in ${SPENT_DAYS} days.`
      : `${eth(spending.value_eth)} sent in ${SPENT_DAYS} days, most of it on ${DAY.format(new Date(most.day))}: ${eth(most.value_eth)}.`
  return (
    <ActivityChart
      caption={caption}
      table="Value sent by day"
      from={from}
      to={firstOf(1)}
      series={SENT}
      counts={sent.map(({ day, value_eth: value }) => ({ day, key: 'sent', count: Number(value) }))}
      format={eth}
      addressOf={span => `/agents/${agent}/transactions${span ? `?day=${span.from}` : ''}`}
    />
  )
}

const SENT = [{ key: 'sent', label: 'Value sent' }]
const DAY = new Intl.DateTimeFormat(undefined, { day: 'numeric', month: 'short', timeZone: 'UTC' })

const NOBODYS = <p className="quiet">Owners, admins and the person who registered this agent can see its transactions.</p>
