import type { Session, SignedIn } from '../../session/session.ts'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { SignIn } from '../sign-in/sign-in.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { Credentials } from './credentials.tsx'
import { Denial } from './denial.tsx'
import { Request } from './request.tsx'
import { useEnrollment } from './use-enrollment.ts'

interface EnrollPageProps {
  token: string
  /** `deny` when the reader has followed the link that denies; it asks again either way. */
  answer: string | null
  session: Session
}

/** `/enroll/<token>`: a person decides whether an agent that asked becomes theirs. */
export function EnrollPage({ token, answer, session }: EnrollPageProps) {
  const who = session.current
  if (!who) return <SignIn session={session} purpose={<p>An agent asks to work for you. Sign in to allow or deny it.</p>} />
  return <Enrollment key={`${token} ${who.account.id}`} token={token} answer={answer} who={who} session={session} />
}

function Enrollment({ token, answer, who, session }: EnrollPageProps & { who: SignedIn }) {
  const { phase, approve, deny } = useEnrollment(token, who, session)
  switch (phase.at) {
    case 'loading':
      return (
        <p className="loading" role="status">
          Looking up the agent…
        </p>
      )
    case 'asking':
      if (answer === 'deny') return <Denial token={token} phase={phase} who={who} session={session} onDeny={deny} />
      return <Request phase={phase} who={who} session={session} onApprove={approve} onDeny={deny} />
    case 'approved':
      return <Credentials approved={phase.approved} access={phase.access} />
    case 'over':
      return (
        <>
          <Heading>{OVER[phase.status]?.[phase.here ? 'here' : 'earlier'] ?? 'This link is used'}</Heading>
          <p>A link works once. To try again, the agent must send a new request.</p>
          <p>
            <Link to="/agents" className="button">
              Go to the agents
            </Link>
          </p>
        </>
      )
    case 'unknown':
      return (
        <>
          <Heading>Request not found</Heading>
          <p>Check the link. It may also be meant for another account.</p>
          <SignedInAs session={session} who={who} />
        </>
      )
    case 'failed':
      return (
        <>
          <Heading>The agent could not be looked up</Heading>
          <p>{phase.message}</p>
          <Button onClick={() => window.location.reload()}>Reload</Button>
        </>
      )
  }
}

const OVER: Readonly<Record<string, { readonly here: string; readonly earlier: string }>> = {
  approved: { here: 'Agent approved', earlier: 'This agent was approved before' },
  denied: { here: 'Agent declined', earlier: 'This agent was declined before' },
  expired: { here: 'This link has expired', earlier: 'This link has expired' },
}
