import { Unlimited } from '../agents/unlimited.tsx'
import { Panel } from '../layout/panel.tsx'
import type { Agent } from './transaction.ts'

interface LimitsProps {
  agent: Agent
  /** Of the daily limit; absent without one, or while it is not known. */
  left?: string | undefined
}

/** What the agent may still do, and what the guardrails hold it to. */
export function Limits({ agent, left }: LimitsProps) {
  const { tx_allowed_chains: chains = [], tx_to_allowlist: addresses = [], tx_daily_limit_eth: limit } = agent
  return (
    <Panel title="Guardrails">
      <Unlimited agent={agent} />
      <dl className="facts">
        <dt>{left === undefined ? 'Most in 24 hours' : 'Left to spend'}</dt>
        <dd>
          {limit === undefined
            ? 'Anything: there is no daily limit'
            : left === undefined
              ? limit
              : `${left} of ${limit} in 24 hours`}
        </dd>
        <dt>Spent today (UTC)</dt>
        <dd>{agent.tx_spent_today_eth ?? '0'}</dd>
        <dt>Most at once</dt>
        <dd>{agent.tx_max_value_eth ?? 'Any amount'}</dd>
        <dt>Chains</dt>
        <dd>{chains.length > 0 ? chains.join(', ') : 'Any'}</dd>
        <dt>Addresses</dt>
        <dd>
          {addresses.length === 0 && 'Any'}
          {addresses.map(address => (
            <code key={address} className="transaction-line">
              {address}
            </code>
          ))}
        </dd>
        <dt>Unlimited approvals</dt>
        <dd>{agent.tx_block_unlimited_approvals ? 'Refused' : 'Let through'}</dd>
      </dl>
    </Panel>
  )
}
