import { manages } from '../../../session/session.ts'
import { useSignedIn } from '../../../session/signed-in.tsx'
import type { Agent } from '../agent.ts'
import { AgentActions } from '../agent-actions.tsx'
import { IdentityKeys } from '../identity-keys.tsx'
import { AgentKeys } from '../keys/agent-keys.tsx'

/** `/agents/<id>/settings`: the settings of an agent, and its keys. */
export function AgentSettings({ agent, onChanged }: { agent: Agent; onChanged(): Promise<void> }) {
  const { account } = useSignedIn()
  const isMine = manages(account, agent)
  return (
    <>
      {isMine ? (
        <AgentActions agent={agent} onChanged={onChanged} />
      ) : (
        <p className="quiet">Owners, admins and the person who registered this agent can change it.</p>
      )}
      {agent.auth_method === 'api_key' && isMine && <AgentKeys agent={agent} />}
      <details className="folded">
        <summary>Identity keys</summary>
        <IdentityKeys agent={agent} onChanged={onChanged} />
      </details>
    </>
  )
}
