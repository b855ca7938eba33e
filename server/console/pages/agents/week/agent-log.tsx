import { useSignedIn } from '../../../session/signed-in.tsx'
import { Link } from '../../../ui/link.tsx'
import { NamesHere } from '../../../ui/people/names.tsx'
import { Log } from '../../audit/log.tsx'
import type { Agent } from '../agent.ts'

/** `/agents/<id>/log`: the audit events of the agent. */
export function AgentLog({ agent: { id } }: { agent: Agent }) {
  const { account } = useSignedIn()
  if (account.role === 'member') return <p className="quiet">Members can see only their own events in the audit log.</p>
  return (
    <NamesHere>
      <p className="quiet log-note">
        What the agent did. <Link to={`/audit?resource_id=${id}`}>What was done to it</Link>
      </p>
      <Log fixed={{ actor_id: id }} />
    </NamesHere>
  )
}
