import { useEffect, useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { explain, problemOf } from '../../failure.ts'
import type { Session, SignedIn } from '../../session/session.ts'
import type { Connect } from '../../session/session-tokens.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { SignIn } from '../sign-in/sign-in.tsx'
import { SignUpForm } from '../sign-in/sign-up-form.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { DeadLink } from './dead-link.tsx'
import { isDead } from './mailed-link.ts'

type Invitation = Contract['org.invitation']['reply']

interface InvitePageProps {
  token: string
  session: Session
  connect: Connect
}

/** `/invite/<token>`: the invited person signs up with it, or joins with an existing account. */
export function InvitePage({ token, session, connect }: InvitePageProps) {
  const [state, setState] = useState<Invitation | 'loading' | 'dead' | { readonly failed: string }>('loading')
  const [hasAccount, setHasAccount] = useState(false)
  const [joined, setJoined] = useState(false)

  useEffect(() => {
    connect()
      .call('org.invitation', { params: { token } })
      .then(setState, thrown => {
        const problem = problemOf(thrown)
        setState(isDead(problem) ? 'dead' : { failed: explain(problem) })
      })
  }, [token, connect])

  if (state === 'loading') {
    return (
      <p className="loading" role="status">
        Looking up the invitation…
      </p>
    )
  }
  if (state === 'dead')
    return <DeadLink next="Invitations work once, for seven days. Ask the person who invited you for another." />
  if ('failed' in state) {
    return (
      <>
        <Heading>The invitation could not be looked up</Heading>
        <p>{state.failed}</p>
      </>
    )
  }
  const who = session.current
  if (joined && who) return <Joined invitation={state} />
  if (joined) return <Mailed invitation={state} />
  if (who) return <Join token={token} invitation={state} session={session} who={who} onJoined={() => setJoined(true)} />
  const purpose = <Purpose invitation={state} />
  if (hasAccount || session.challenged) return <SignIn session={session} purpose={purpose} />
  const signingUp: Session = {
    ...session,
    // The account becomes a member, at once or when the address is confirmed: there is nothing left to accept.
    signUp: async person => {
      await session.signUp(person)
      setJoined(true)
    },
  }
  return (
    <SignUpForm
      session={signingUp}
      purpose={purpose}
      invitation={{ token, email: state.email }}
      onHasAccount={() => setHasAccount(true)}
    />
  )
}

function Purpose({ invitation: { org_name, invited_by, role } }: { invitation: Invitation }) {
  return (
    <p>
      {invited_by ? <strong>{invited_by}</strong> : 'Somebody'} has invited you to <strong>{org_name}</strong> as {article(role)}.
    </p>
  )
}

interface JoinProps {
  token: string
  invitation: Invitation
  session: Session
  who: SignedIn
  onJoined(): void
}

function Join({ token, invitation, session, who, onJoined }: JoinProps) {
  const { ref, busy, failure, onSubmit } = useForm({
    check: () => null,
    send: async () => {
      const { org_id } = await who.client.call('org.accept-invitation', { params: { token } })
      await session.switchOrg(org_id)
      onJoined()
    },
    failureOf: problem => {
      if (problem.status === 401) session.expire()
      return { message: explain(problem) }
    },
  })
  const isMine = who.account.email === invitation.email
  return (
    <>
      <Heading>{`Join ${invitation.org_name}?`}</Heading>
      <Purpose invitation={invitation} />
      {isMine ? (
        <form ref={ref} onSubmit={onSubmit} noValidate>
          <Alert>{failure?.message}</Alert>
          <Button kind="primary" type="submit" busy={busy}>
            {busy ? 'Joining…' : 'Join'}
          </Button>
        </form>
      ) : (
        <p className="warning">
          The invitation is for <strong>{invitation.email}</strong>, and only that account can accept it.
        </p>
      )}
      <SignedInAs session={session} who={who} />
    </>
  )
}

function Mailed({ invitation: { email, org_name } }: { invitation: Invitation }) {
  return (
    <>
      <Mark kind="done" />
      <Heading>Check your e-mail</Heading>
      <p>
        A link is on its way to <strong>{email}</strong>. It confirms the address and makes you a member of{' '}
        <strong>{org_name}</strong>.
      </p>
    </>
  )
}

function Joined({ invitation }: { invitation: Invitation }) {
  return (
    <>
      <Mark kind="done" />
      <Heading>{`You are a member of ${invitation.org_name}`}</Heading>
      <p>You joined as {article(invitation.role)}.</p>
      <p className="aside">
        <Link to="/">Go to the console</Link>
      </p>
    </>
  )
}

/** `member` → `a member`. */
function article(role: string): string {
  return `${/^[aeiou]/.test(role) ? 'an' : 'a'} ${role}`
}
