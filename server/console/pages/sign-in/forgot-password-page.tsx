import { useState } from 'react'
import type { Connect } from '../../session/session-tokens.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { Mark } from '../../ui/mark.tsx'
import { EmailField, emailFault } from './email-field.tsx'

/** `/forgot-password`: requests a mail with a link to set a new password. The page says the same whether or not there is an account. */
export function ForgotPasswordPage({ connect }: { connect: Connect }) {
  const [mailedTo, setMailedTo] = useState<string | null>(null)
  const { ref, busy, failure, onSubmit } = useForm({
    check: entry => {
      const email = emailFault(entry('email'))
      return email === undefined ? null : { fields: { email } }
    },
    send: async entry => {
      const email = entry('email').trim()
      await connect().call('auth.forgot-password', { body: { email } })
      setMailedTo(email)
    },
    failureOf: problem => refusal(problem, ['email']),
  })
  if (mailedTo !== null) {
    return (
      <>
        <Mark kind="done" />
        <Heading>Check your e-mail</Heading>
        <p>
          If <strong>{mailedTo}</strong> has an account here, a link to set a new password is on its way. It works once, within an
          hour.
        </p>
        <p className="aside">
          <Link to="/">Go to the sign-in page</Link>
        </p>
      </>
    )
  }
  return (
    <>
      <Heading>Forgot your password?</Heading>
      <p>Enter the address of your account. You get a link that sets a new password.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <EmailField error={failure?.fields?.['email']} />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Sending…' : 'Send link'}
        </Button>
      </form>
      <p className="aside">
        <Link to="/">Back to the sign-in page</Link>
      </p>
    </>
  )
}
