import type { ReactNode } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import type { Session } from '../../session/session.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { PasswordField } from '../../ui/form/password-field.tsx'
import { type Entries, type Failure, refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { EmailField, emailFault } from './email-field.tsx'

interface SignUpFormProps {
  session: Session
  purpose: ReactNode
  onHasAccount(): void
  /** Joins the organisation that has invited this address. */
  invitation?: { readonly token: string; readonly email: string }
}

export function SignUpForm({ session, purpose, onHasAccount, invitation }: SignUpFormProps) {
  const { ref, busy, failure, onSubmit } = useForm({
    check,
    failureOf,
    send: entry => session.signUp({ ...personOf(entry), ...(invitation && { invite_token: invitation.token }) }),
  })
  const faults = failure?.fields
  return (
    <>
      <Heading>Create an account</Heading>
      {purpose}
      <Alert>{failure ? failure.message : session.notice}</Alert>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Field
          label="Your name (optional)"
          name="display_name"
          autoComplete="name"
          maxLength={255}
          error={faults?.['display_name']}
        />
        <EmailField error={faults?.['email']} fixed={invitation?.email} />
        {!invitation && (
          <Field
            label="Name of your organisation (optional)"
            name="org_name"
            autoComplete="organization"
            maxLength={255}
            hint="Shown in invitations. Without one it is called by your name."
            error={faults?.['org_name']}
          />
        )}
        <PasswordField
          autoComplete="new-password"
          hint="At least 12 characters. Four or five unrelated words make a good one."
          error={faults?.['password']}
        />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Creating the account…' : 'Create account'}
        </Button>
      </form>
      <p className="aside">
        Already have an account?{' '}
        <Button kind="link" onClick={onHasAccount}>
          Sign in
        </Button>
      </p>
    </>
  )
}

function personOf(entry: Entries) {
  const [name, org] = [entry('display_name').trim(), entry('org_name').trim()]
  const names = { ...(name && { display_name: name }), ...(org && { org_name: org }) }
  return { email: entry('email').trim(), password: entry('password'), ...names }
}

/** Only the length of the password; the server checks its strength. */
function check(entry: Entries): Failure | null {
  const email = emailFault(entry('email'))
  const password = entry('password').length < 12 ? 'Use at least 12 characters.' : undefined
  return email || password ? { fields: { email, password } } : null
}

function failureOf(problem: Problem): Failure {
  if (problem.status === 409) return { fields: { email: 'There is already an account with this address. Sign in instead.' } }
  return refusal(problem, ['display_name', 'email', 'org_name', 'password'])
}
