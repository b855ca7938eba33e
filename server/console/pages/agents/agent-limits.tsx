import { Panel } from '../../ui/layout/panel.tsx'
import type { Agent } from './agent.ts'
import { Unlimited } from './form/unlimited.tsx'

interface AgentLimitsProps {
  agent: Agent
  /** The rest of its daily limit, if known. */
  left?: string | undefined
}

/** An amount in the chain's own currency; limits for several chains are in the currency of each. */
const amount = (sum: string | undefined) => (sum === undefined ? 'No limit' : `${sum} ETH`)

/** The limits within which an agent signs transactions. */
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
        <dt>Max per transaction</dt>
        <dd>{amount(agent.tx_max_value_eth)}</dd>
        <dt>Max in 24 hours</dt>
        <dd>{amount(agent.tx_daily_limit_eth)}</dd>
        {left !== undefined && (
          <>
            <dt>Remaining now</dt>
            <dd>{amount(left)}</dd>
          </>
        )}
        <dt>Unlimited token approvals</dt>
        <dd>{agent.tx_block_unlimited_approvals ? 'Denied' : 'Allowed'}</dd>
        <dt>Signatures for later nonces</dt>
        <dd>{agent.tx_sign_any_nonce ? 'Allowed' : 'Denied'}</dd>
        <Messages agent={agent} />
      </dl>
    </Panel>
  )
}

/** The messages that it signs. */
function Messages({ agent }: { agent: Agent }) {
  const { eip712_domain_allowlist: domains = [] } = agent
  return (
    <>
      <dt>Messages and typed data</dt>
      <dd>{agent.message_signing_enabled ? 'Signed' : 'Denied'}</dd>
      {agent.message_signing_enabled && (
        <>
          <dt>Typed data of the domains</dt>
          <dd>
            {domains.map(domain => (
              <code key={domain} className="line">
                {domain}
              </code>
            ))}
            {agent.eip712_default_policy === 'allow' ? 'Any other' : domains.length === 0 && 'None'}
          </dd>
        </>
      )}
      {agent.raw_signing_enabled && <dt>Raw hashes</dt>}
      {agent.raw_signing_enabled && <dd>Signed</dd>}
    </>
  )
}
