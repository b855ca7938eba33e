import { Bar } from '../../../ui/chart/bar.tsx'
import { Link } from '../../../ui/link.tsx'
import { DayBars } from '../../picture.tsx'
import type { Agent } from '../agent.ts'
import { eth, SPENT_DAYS, type Spending, type Spendings } from './spending.ts'

interface SpendBarProps {
  agent: Agent
  /** What counts against the limit; without it, the amount of today. */
  spending?: Spending | undefined
  /** The heading already names the period. */
  brief?: boolean
}

/** The used part of the 24-hour limit, with a notch at the limit; hatched is what is not on a chain yet. */
export function SpendBar({ agent, spending, brief = false }: SpendBarProps) {
  const limit = agent.tx_daily_limit_eth
  if (limit === undefined) return <p>No daily limit.</p>
  const [of, all] = [spentBy(agent, spending), Number(limit)]
  const waiting = Math.min(of, Number(spending?.reserved_24h_eth ?? 0))
  return (
    <div className="metered">
      <Bar notched of={of} reserved={waiting} limit={all} tone={of >= all ? 'full' : of >= all * 0.8 ? 'near' : 'plain'} />
      <span>
        {eth(of).replace(' ETH', '')} of {eth(all)}
        {brief ? '' : ' in 24 hours'}
        {waiting > 0 && `, ${eth(waiting).replace(' ETH', '')} of it reserved`}
        {of >= all ? ', used up' : `, ${eth(all - of).replace(' ETH', '')} left${of >= all * 0.8 ? ': nearly used up' : ''}`}
      </span>
    </div>
  )
}

/** The amount that counts against the limit of an agent, in the native unit. */
export function spentBy({ tx_spent_today_eth: today = '0' }: Agent, spending: Spending | undefined): number {
  return Number(spending?.spent_24h_eth ?? today)
}

/** The bar with the days before as small bars, which lead to the transactions. */
export function SpentOf({ agent, of, brief = false }: { agent: Agent; of: Spendings | undefined; brief?: boolean }) {
  const spending = of?.of.get(agent.id)
  return (
    <div className="spent">
      <SpendBar agent={agent} spending={spending} brief={brief} />
      {of && spending && (
        <Link to={`/agents/${agent.id}/transactions`} className="day-bars-link">
          <DayBars
            label={`Transactions of ${agent.name}, sent in ${SPENT_DAYS} days`}
            total={eth(spending.value_eth)}
            from={of.from}
            counts={new Map(spending.days.map(({ day, value_eth: value }) => [day, Number(value)]))}
          />
        </Link>
      )}
    </div>
  )
}
