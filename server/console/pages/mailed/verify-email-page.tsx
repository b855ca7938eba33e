import { useState } from 'react'
import { explain } from '../../failure.ts'
import type { Session } from '../../session/session.ts'
import type { Connect } from '../../session/session-tokens.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { DeadLink } from './dead-link.tsx'
import { isDead } from './mailed-link.ts'

interface VerifyEmailPageProps {
  token: string
  session: Session
  connect: Connect
}

/** `/verify-email/<token>`: confirms an address after a click, so that a link preview does not use it up. */
export function VerifyEmailPage({ token, session, connect }: VerifyEmailPageProps) {
  const [phase, setPhase] = useState<'asking' | 'done' | 'dead'>('asking')
  const { ref, busy, failure, onSubmit } = useForm({
    check: () => null,
    send: async () => {
      await session.begin(await connect().call('auth.verify-email', { body: { token } }))
      setPhase('done')
    },
    failureOf: problem => {
      if (isDead(problem)) setPhase('dead')
      return { message: explain(problem) }
    },
  })
  if (phase === 'dead') return <DeadLink next="If you have confirmed your address already, sign in." />
  if (phase === 'done') {
    return (
      <>
        <Mark kind="done" />
        <Heading>Your address is confirmed</Heading>
        <p>Your account is ready, and you are signed in.</p>
        <p className="aside">
          <Link to="/">Go to the console</Link>
        </p>
      </>
    )
  }
  return (
    <>
      <Heading>Confirm your e-mail address</Heading>
      <p>This creates your account. If you did not ask for one, close this page.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Confirming…' : 'Confirm the address'}
        </Button>
      </form>
    </>
  )
}
