import type { Session, SignedIn } from '../../session/session.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { AskedFacts } from './asked-facts.tsx'
import type { Phase } from './status.ts'

interface DenialProps {
  token: string
  phase: Extract<Phase, { at: 'asking' }>
  who: SignedIn
  session: Session
  onDeny(): void
}

/** For a person who has followed the link that denies: asks for confirmation. */
export function Denial({ token, phase: { asked, busy = false, failure }, who, session, onDeny }: DenialProps) {
  return (
    <>
      <Heading>Decline this agent?</Heading>
      <p>It gets no access. To try again, it must send a new request.</p>
      <AskedFacts asked={asked} />
      <SignedInAs session={session} who={who} />
      <Alert>{failure}</Alert>
      <div className="decision">
        <Link to={`/enroll/${token}`}>Approve instead</Link>
        <Button kind="primary" busy={busy} onClick={onDeny}>
          Decline
        </Button>
      </div>
    </>
  )
}
