import type { Agent } from './agent.ts'
import { AgentEvents } from './agent-events.tsx'
import { AgentFacts } from './agent-facts.tsx'
import { AgentLimits } from './agent-limits.tsx'
import { AgentPolicies } from './agent-policies.tsx'
import { IdentityKeys } from './identity-keys.tsx'

/** `/agents/<id>`: what the agent is, may do, and did last. */
export function AgentOverview({ agent, onChanged }: { agent: Agent; onChanged(): Promise<void> }) {
  return (
    <>
      <AgentFacts agent={agent} />
      <AgentPolicies agent={agent} />
      {agent.intents_api_enabled && <AgentLimits agent={agent} />}
      <IdentityKeys agent={agent} onChanged={onChanged} />
      <AgentEvents agent={agent} />
    </>
  )
}
