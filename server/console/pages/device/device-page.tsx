import type { Session } from '../../session/session.ts'
import { Heading } from '../../ui/heading.tsx'
import { SignIn } from '../sign-in/sign-in.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { CodeForm } from './code-form.tsx'
import { DeviceLogin } from './device-login.tsx'
import { canonicalUserCode } from './user-code.ts'

interface DevicePageProps {
  session: Session
  /** The code in the address, unchanged. */
  typed: string | null
}

/** `/cli/verify`: a person decides whether a program at a terminal may sign in as them (RFC 8628 §3.3). */
export function DevicePage({ session, typed }: DevicePageProps) {
  const code = canonicalUserCode(typed ?? '')
  const who = session.current
  if (!who) return <SignIn session={session} purpose={<Purpose code={code} />} />
  if (!code) {
    return (
      <>
        <Heading>Approve a terminal sign-in</Heading>
        <p>
          Enter the code that <code>1claw login</code> shows. You’ll see who is asking before you approve.
        </p>
        <CodeForm />
        <SignedInAs session={session} who={who} />
      </>
    )
  }
  return <DeviceLogin key={`${code} ${who.account.id}`} code={code} who={who} session={session} />
}

function Purpose({ code }: { code: string }) {
  if (!code) return <p>Sign in to approve a login from your terminal.</p>
  return (
    <p>
      Sign in to approve the login with the code <strong className="code-inline">{code}</strong>.
    </p>
  )
}
