import { useState } from 'react'
import type { Connect } from '../../session/session-tokens.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { PasswordField } from '../../ui/form/password-field.tsx'
import { refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { DeadLink } from './dead-link.tsx'
import { isDead } from './mailed-link.ts'

/** `/reset-password/<token>`: sets a new password, which ends every session. */
export function ResetPasswordPage({ token, connect }: { token: string; connect: Connect }) {
  const [phase, setPhase] = useState<'asking' | 'done' | 'dead'>('asking')
  const { ref, busy, failure, onSubmit } = useForm({
    check: entries => (entries('password') ? null : { fields: { new_password: 'Enter a new password.' } }),
    send: async entries => {
      await connect().call('auth.reset-password', { body: { token, new_password: entries('password') } })
      setPhase('done')
    },
    failureOf: problem => {
      if (isDead(problem)) setPhase('dead')
      return refusal(problem, ['new_password'])
    },
  })
  if (phase === 'dead') return <DeadLink next="Links to set a password work once, for an hour." />
  if (phase === 'done') {
    return (
      <>
        <Mark kind="done" />
        <Heading>Your password is set</Heading>
        <p>Every session from before has ended. Sign in with the new password.</p>
        <p className="aside">
          <Link to="/">Go to the sign-in page</Link>
        </p>
      </>
    )
  }
  return (
    <>
      <Heading>Set a new password</Heading>
      <p>It ends every session of your account, here and elsewhere.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <PasswordField autoComplete="new-password" hint="At least 12 characters." error={failure?.fields?.new_password} />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Saving…' : 'Save password'}
        </Button>
      </form>
    </>
  )
}
