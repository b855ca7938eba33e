import type { Contract } from '../../../../src/contract/all.ts'
import { Panel } from '../../ui/layout/panel.tsx'
import { Link } from '../../ui/link.tsx'
import { useNow } from '../../ui/use-now.ts'
import { Until } from '../secrets/until.tsx'
import { isUsedUp } from '../share/status.ts'

type Share = Contract['shares.inbound']['reply']['shares'][number]
type Agent = Contract['agents.list']['reply']['agents'][number]

const SOON_MS = 14 * 86_400_000

interface WaitingProps {
  shares: readonly Share[]
  /** Those that are active. */
  agents: readonly Agent[]
}

/** What somebody should look at: shares that want an answer, and agents that stop working soon. */
export function Waiting({ shares, agents }: WaitingProps) {
  const now = useNow(60_000)
  const unanswered = shares.filter(share => !share.is_accepted && !share.is_expired && !isUsedUp(share))
  const ending = agents.filter(({ expires_at }) => expires_at !== undefined && Date.parse(expires_at) - now < SOON_MS)
  if (unanswered.length + ending.length === 0) return <p className="quiet">You’re all caught up.</p>
  return (
    <Panel title="Waiting for you">
      <ul className="waiting">
        {unanswered.map(share => (
          <li key={share.id}>
            <Link to={`/v1/share/${share.id}`}>A secret is shared with you: {share.secret_path}</Link>
            <span className="quiet">
              Ends <Until instant={share.expires_at} />
            </span>
          </li>
        ))}
        {ending.map(({ id, name, expires_at = '' }) => (
          <li key={id}>
            <Link to={`/agents/${id}`}>
              The agent {name} {Date.parse(expires_at) <= now ? 'has expired' : 'expires soon'}
            </Link>
            <span className="quiet">
              <Until instant={expires_at} />
            </span>
          </li>
        ))}
      </ul>
    </Panel>
  )
}
