import { Panel } from '../../ui/layout/panel.tsx'
import type { Agent } from './agent.ts'
import { Unlimited } from './form/unlimited.tsx'

interface AgentLimitsProps {
  agent: Agent
  /** What it may still spend of its daily limit, where that is known. */
  left?: string | undefined
}

/** Within which limits an agent signs transactions. */
export function AgentLimits({ agent, left }: AgentLimitsProps) {
  const { tx_allowed_chains: chains = [], tx_to_allowlist: addresses = [] } = agent
  return (
    <Panel title="Limits of its transactions">
      <Unlimited agent={agent} />
      <dl className="facts">
        <dt>Chains</dt>
        <dd>{chains.length > 0 ? chains.join(', ') : 'Any'}</dd>
        <dt>Addresses</dt>
        <dd>
          {addresses.length === 0 && 'Any'}
          {addresses.map(address => (
            <code key={address} className="line">
              {address}
            </code>
          ))}
        </dd>
        <dt>Most at once</dt>
        <dd>{agent.tx_max_value_eth ?? 'Any amount'}</dd>
        <dt>Most in 24 hours</dt>
        <dd>{agent.tx_daily_limit_eth ?? 'Any amount'}</dd>
        {left !== undefined && (
          <>
            <dt>Left of it</dt>
            <dd>{left}</dd>
          </>
        )}
        <dt>Spent today (UTC)</dt>
        <dd>{agent.tx_spent_today_eth ?? '0'}</dd>
        <dt>Unlimited approvals</dt>
        <dd>{agent.tx_block_unlimited_approvals ? 'Refused' : 'Let through'}</dd>
      </dl>
    </Panel>
  )
}
