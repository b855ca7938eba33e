import { useState } from 'react'
import type { Problem } from '../../../../src/problem.ts'
import type { Session } from '../../session/session.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { type Failure, refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'

/** The second half of a sign-in: a code of the authenticator or, where that is lost, a recovery code. */
export function ChallengeForm({ session }: { session: Session }) {
  const [recovering, recover] = useState(false)
  const kind = recovering ? RECOVERY : TOTP
  const { ref, busy, failure, onSubmit } = useForm({
    check: entry => (entry('code').trim() ? null : { fields: { code: kind.missing } }),
    send: entry => session.verify(entry('code').trim()),
    failureOf,
  })
  return (
    <>
      <Heading>Second factor</Heading>
      <p>{kind.purpose}</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <Field key={kind.label} label={kind.label} {...kind.input} name="code" required error={failure?.fields?.['code']} />
        <Button kind="primary" type="submit" busy={busy}>
          {busy ? 'Checking…' : 'Continue'}
        </Button>
      </form>
      <p className="aside choices-apart">
        <Button kind="link" onClick={() => recover(!recovering)}>
          {recovering ? 'Use the authenticator' : 'Use a recovery code'}
        </Button>
        <Button kind="link" onClick={() => session.startOver(null)}>
          Start over
        </Button>
      </p>
    </>
  )
}

const TOTP = {
  label: 'Code',
  purpose: 'Enter the six digits that your authenticator shows for this account.',
  missing: 'Enter the six digits.',
  input: { inputMode: 'numeric', autoComplete: 'one-time-code', maxLength: 12 },
} as const

const RECOVERY = {
  label: 'Recovery code',
  purpose: 'Enter one of the recovery codes that you kept when you turned the second factor on. Each works once.',
  missing: 'Enter a recovery code.',
  input: { ...EXACT, maxLength: 64 },
} as const

function failureOf(problem: Problem): Failure {
  if (problem.status !== 401) return refusal(problem, ['code'])
  return { fields: { code: 'This code is wrong or was used before, or the sign-in took longer than five minutes.' } }
}
