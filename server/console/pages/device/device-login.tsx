import type { Session, SignedIn } from '../../session/session.ts'
import { Button } from '../../ui/form/button.tsx'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { Locked } from './locked.tsx'
import { Outcome } from './outcome.tsx'
import { Request } from './request.tsx'
import { useDeviceLogin } from './use-device-login.ts'

interface DeviceLoginProps {
  code: string
  who: SignedIn
  session: Session
}

/** One device login, from the request to the outcome. */
export function DeviceLogin({ code, who, session }: DeviceLoginProps) {
  const { phase, decide, reload } = useDeviceLogin(code, who, session)
  switch (phase.at) {
    case 'loading':
      return (
        <p className="loading" role="status">
          Looking up the code {code}…
        </p>
      )
    case 'asking':
      return <Request code={code} phase={phase} who={who} session={session} onDecide={decide} />
    case 'decided':
      return <Outcome status={phase.status} here={phase.here} />
    case 'expired':
      return (
        <>
          <Heading>This code has expired</Heading>
          <p>A code is valid for ten minutes. Run the command in your terminal again to get a new one.</p>
          <OtherCode />
        </>
      )
    case 'unknown':
      return (
        <>
          <Heading>No login has this code</Heading>
          <p>
            The server does not know <strong className="code-inline">{code}</strong>. Check it against your terminal. It may also
            have expired.
          </p>
          <OtherCode />
        </>
      )
    case 'foreign':
      return (
        <>
          <Heading>Another account has to decide</Heading>
          <p>This login is for another account. If you named an e-mail address in your terminal, sign in with that one.</p>
          <p className="reason">{phase.reason}</p>
          <SignedInAs session={session} who={who} />
          <OtherCode />
        </>
      )
    case 'locked':
      return <Locked until={phase.until} onRetry={reload} />
    case 'failed':
      return (
        <>
          <Heading>The login could not be looked up</Heading>
          <p>{phase.message}</p>
          <Button kind="primary" onClick={reload}>
            Try again
          </Button>
        </>
      )
  }
}

function OtherCode() {
  return (
    <p className="aside">
      <Link to="/cli/verify">Enter another code</Link>
    </p>
  )
}
