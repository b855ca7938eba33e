import { useState } from 'react'
import { explain } from '../../failure.ts'
import type { Connect } from '../../session/session-tokens.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { DeadLink } from './dead-link.tsx'
import { isDead } from './mailed-link.ts'

/** `/reset-mfa/<token>`: turns off a lost second factor after a click, so that a link preview does not. */
export function ResetMfaPage({ token, connect }: { token: string; connect: Connect }) {
  const [phase, setPhase] = useState<'asking' | 'done' | 'dead'>('asking')
  const { ref, busy, failure, onSubmit } = useForm({
    check: () => null,
    send: async () => {
      await connect().call('mfa.reset', { body: { token } })
      setPhase('done')
    },
    failureOf: problem => {
      if (isDead(problem)) setPhase('dead')
      return { message: explain(problem) }
    },
  })
  if (phase === 'dead') return <DeadLink next="It works once, for a day. Ask your admin for another." />
  if (phase === 'done') {
    return (
      <>
        <Mark kind="done" />
        <Heading>Your second factor is off</Heading>
        <p>You are signed out everywhere. Sign in with your password, and set up a new second factor under Account.</p>
        <p className="aside">
          <Link to="/">Sign in</Link>
        </p>
      </>
    )
  }
  return (
    <>
      <Heading>Turn off your second factor?</Heading>
      <p>
        An admin of your organisation has asked for this because you lost your authenticator. Signing in will ask for the password
        only, and you are signed out everywhere. If you did not ask for it, close this page: nothing changes.
      </p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Button kind="danger" type="submit" busy={busy}>
          {busy ? 'Turning it off…' : 'Turn off the second factor'}
        </Button>
      </form>
    </>
  )
}
