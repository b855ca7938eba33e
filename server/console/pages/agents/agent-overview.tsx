import { manages } from '../../session/session.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Panel } from '../../ui/layout/panel.tsx'
import { NamesHere } from '../../ui/people/names.tsx'
import { Activity } from '../audit/activity.tsx'
import type { Agent } from './agent.ts'
import { AgentEvents } from './agent-events.tsx'
import { AgentFacts } from './agent-facts.tsx'
import { AgentLimits } from './agent-limits.tsx'
import { AgentPolicies } from './agent-policies.tsx'
import { IdentityKeys } from './identity-keys.tsx'
import { AgentKeys } from './keys/agent-keys.tsx'

/** `/agents/<id>`: what the agent is, may do, and did last. */
export function AgentOverview({ agent, onChanged }: { agent: Agent; onChanged(): Promise<void> }) {
  const { account } = useSignedIn()
  return (
    <>
      <Panel title="Activity, 30 days">
        <NamesHere>
          <Activity days={30} narrowed={{ actor_id: agent.id }} />
        </NamesHere>
      </Panel>
      <AgentFacts agent={agent} />
      <AgentPolicies agent={agent} />
      {agent.intents_api_enabled && <AgentLimits agent={agent} />}
      {agent.auth_method === 'api_key' && manages(account, agent) && <AgentKeys agent={agent} />}
      <IdentityKeys agent={agent} onChanged={onChanged} />
      <AgentEvents agent={agent} />
    </>
  )
}
