import type { Session, SignedIn } from '../../session/session.ts'
import { type Access, accessFaults, accessIn, GrantFields } from '../../ui/access/grant-fields.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { refusal, useForm } from '../../ui/form/submission.ts'
import { Heading } from '../../ui/heading.tsx'
import { SignedInAs } from '../sign-in/signed-in-as.tsx'
import { AskedFacts } from './asked-facts.tsx'
import type { Phase } from './status.ts'

interface RequestProps {
  phase: Extract<Phase, { at: 'asking' }>
  who: SignedIn
  session: Session
  onApprove(access: Access | undefined): Promise<void>
  onDeny(): void
}

/** Who asks, from where and when, what it would get, and the two answers. */
export function Request({ phase: { asked, vaults, busy = false, failure }, who, session, onApprove, onDeny }: RequestProps) {
  const form = useForm({
    check: entry => {
      const fields = accessFaults(entry)
      return Object.keys(fields).length > 0 ? { fields } : null
    },
    failureOf: problem => refusal(problem, []),
    send: entry => onApprove(accessIn(entry)),
  })
  return (
    <>
      <Heading>Approve this agent?</Heading>
      <p>Approve it only if you expect it: its name and description are not verified.</p>
      <AskedFacts asked={asked} />
      <form ref={form.ref} onSubmit={form.onSubmit} noValidate>
        {vaults.length > 0 && <GrantFields client={who.client} vaults={vaults} faults={form.failure?.fields} optional />}
        <SignedInAs session={session} who={who} />
        <Alert>{failure}</Alert>
        <div className="decision">
          <Button busy={busy} onClick={onDeny}>
            Decline
          </Button>
          <Button kind="primary" type="submit" busy={busy}>
            Approve
          </Button>
        </div>
      </form>
    </>
  )
}
