import { type ReactNode, useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import type { Session } from '../../session/session.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { PasswordField } from '../../ui/form/password-field.tsx'
import { type Entries, type Failure, refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { Link } from '../../ui/link.tsx'
import { EmailField, emailFault } from './email-field.tsx'
import { OidcButton } from './oidc/oidc-button.tsx'
import { useSignInOptions } from './use-sign-in-options.ts'

interface SignInFormProps {
  session: Session
  purpose: ReactNode
  onNew(): void
}

export function SignInForm({ session, purpose, onNew }: SignInFormProps) {
  const { ref, busy, failure, onSubmit } = useForm({
    check,
    failureOf,
    send: entry => session.signIn({ email: entry('email').trim(), password: entry('password') }),
  })
  const options = useSignInOptions(session)
  return (
    <>
      <Heading>Sign in</Heading>
      {purpose}
      <Alert>{failure ? failure.message : session.notice}</Alert>
      {!failure && session.retry && <Retry ask={session.retry} />}
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <EmailField error={failure?.fields?.['email']} />
        <PasswordField autoComplete="current-password" error={failure?.fields?.['password']} />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Signing in…' : 'Sign in'}
        </Button>
      </form>
      {options?.oidc && <OidcButton oidc={options.oidc} />}
      <p className="aside choices-apart">
        <Link to="/forgot-password">Forgot your password?</Link>
        {options === null || options.signup === 'open' ? (
          <Button kind="link" onClick={onNew}>
            Create an account
          </Button>
        ) : (
          <span>{CLOSED[options.signup]}</span>
        )}
      </p>
    </>
  )
}

/** The browser may be signed in already: a person who only waited for the server need not type a password. */
function Retry({ ask }: { ask(): Promise<void> }) {
  const [busy, setBusy] = useState(false)
  const again = async () => {
    setBusy(true)
    await ask()
    setBusy(false)
  }
  return (
    <Button busy={busy} onClick={again}>
      Try again
    </Button>
  )
}

const CLOSED = {
  invite: 'New accounts are by invitation.',
  closed: 'Sign-up is closed on this server.',
} as const

function check(entry: Entries): Failure | null {
  const email = emailFault(entry('email'))
  const password = entry('password') ? undefined : 'Enter your password.'
  return email || password ? { fields: { email, password } } : null
}

function failureOf(problem: Problem): Failure {
  if (problem.status === 401) return { message: 'That e-mail address and password do not match an account.' }
  return refusal(problem, ['email', 'password'])
}
