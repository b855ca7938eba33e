import type { FormEvent } from 'react'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Field } from '../../ui/form/field.tsx'
import { Heading } from '../../ui/heading.tsx'
import { awaitsAnswer, type Phase, type Share, timesLeft } from './status.ts'

interface ClosedProps {
  phase: Extract<Phase, { at: 'closed' }>
  onOpen(share: Share, passphrase: string): void
  onAnswer(share: Share, answer: 'accept' | 'decline'): void
}

const CLOCK = new Intl.DateTimeFormat(undefined, { dateStyle: 'medium', timeStyle: 'short' })

/** A share before the click. */
export function Closed({ phase: { share, busy = false, failure }, onOpen, onAnswer }: ClosedProps) {
  const submit = (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    onOpen(share, String(new FormData(event.currentTarget).get('passphrase') ?? ''))
  }
  return (
    <>
      <Heading>A secret is shared with you</Heading>
      <dl className="facts">
        {share.shared_by && <dt>From</dt>}
        {share.shared_by && <dd>{share.shared_by}</dd>}
        <dt>Can be opened</dt>
        <dd>{timesLeft(share)}</dd>
        <dt>Until</dt>
        <dd>{CLOCK.format(new Date(share.expires_at))}</dd>
      </dl>
      {awaitsAnswer(share) ? (
        <>
          <Alert>{failure}</Alert>
          <div className="decision">
            <Button busy={busy} onClick={() => onAnswer(share, 'decline')}>
              Decline
            </Button>
            <Button kind="primary" busy={busy} onClick={() => onAnswer(share, 'accept')}>
              Accept
            </Button>
          </div>
        </>
      ) : (
        <form onSubmit={submit}>
          <p>It is shown on this page once you ask for it. Make sure that nobody is looking over your shoulder.</p>
          {share.has_passphrase && (
            <Field label="Passphrase" name="passphrase" type="password" autoComplete="off" maxLength={256} required />
          )}
          <Alert>{failure}</Alert>
          <Button kind="primary" type="submit" busy={busy}>
            {busy ? 'Revealing…' : 'Reveal'}
          </Button>
        </form>
      )}
    </>
  )
}
