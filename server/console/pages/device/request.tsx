import type { FormEvent } from 'react'
import type { Session, SignedIn } from '../../session/session.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { PasswordField } from '../../ui/form/password-field.tsx'
import { Heading } from '../../ui/heading.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import type { Decision, Phase } from './status.ts'

interface RequestProps {
  code: string
  phase: Extract<Phase, { at: 'asking' }>
  who: SignedIn
  session: Session
  onDecide(decision: Decision, password?: string): void
}

/** Who asks, from where and when, and the two answers. */
export function Request({ code, phase, who, session, onDecide }: RequestProps) {
  const { asker, busy, failure, passwordFault } = phase
  const takesPassword = phase.needsPassword && who.account.auth_method === 'password'
  const approve = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onDecide('approve', takesPassword ? String(new FormData(event.currentTarget).get('password')) : undefined)
  }
  return (
    <>
      <Heading>Approve this login?</Heading>
      <p>
        A program wants to sign in to 1claw as you. Approve only if you started it yourself and your terminal shows this code:
      </p>
      <p className="user-code">
        <span className="only-heard">Code: </span>
        {code}
      </p>
      <dl className="facts">
        <dt>Program</dt>
        <dd>{asker.program}</dd>
        <dt>Address</dt>
        <dd>{asker.address}</dd>
        <dt>Requested</dt>
        <dd>
          <When instant={asker.at} />
        </dd>
        <dt>Access</dt>
        <dd>Full account, for 24 hours</dd>
      </dl>
      <SignedInAs session={session} who={who} />
      <Alert>{failure}</Alert>
      <form onSubmit={approve} noValidate>
        {takesPassword && (
          <PasswordField autoComplete="current-password" hint="Or enter your password here and approve." error={passwordFault} />
        )}
        <div className="decision">
          <Button busy={busy !== undefined} onClick={() => onDecide('deny')}>
            {busy === 'deny' ? 'Declining…' : 'Decline'}
          </Button>
          <Button kind="primary" type="submit" busy={busy !== undefined}>
            {busy === 'approve' ? 'Approving…' : 'Approve'}
          </Button>
        </div>
      </form>
    </>
  )
}
