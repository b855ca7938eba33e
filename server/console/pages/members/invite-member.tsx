import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import { EmailField, emailFault } from '../sign-in/email-field.tsx'
import { LinkToPassOn } from './invitation-link.tsx'
import { RoleField, roleOf } from './roles.tsx'

type Reply = Contract['org.invite']['reply']
/** The reply with `include: delivery`. */
type Invited = { readonly [Field in keyof Reply]-?: NonNullable<Reply[Field]> }

interface InviteMemberProps {
  onClose(): void
  /** The invitation is sent; the dialog stays, with a link to pass on. */
  onInvited(): void
}

/** Mails a link that makes somebody a member, and offers one to pass on. */
export function InviteMember({ onClose, onInvited }: InviteMemberProps) {
  const [invited, setInvited] = useState<Invited>()
  if (invited) {
    return (
      <Dialog key="invited" title="Invitation sent" onClose={onClose}>
        <p role="status">{HOW[invited.delivery](invited.email)}</p>
        <LinkToPassOn invitation={invited} onClose={onClose} />
      </Dialog>
    )
  }
  const done = (reply: Invited) => {
    setInvited(reply)
    onInvited()
  }
  return <InvitationForm onClose={onClose} onDone={done} />
}

const HOW: Readonly<Record<Invited['delivery'], (email: string) => string>> = {
  mail: email => `An invitation is on its way to ${email}. If it does not arrive, pass a link on yourself.`,
  outbox: email =>
    `This server has no mail: the invitation of ${email} is a file in its outbox folder. Pass a link on yourself instead.`,
}

function InvitationForm({ onClose, onDone }: { onClose(): void; onDone(invited: Invited): void }) {
  const { account } = useSignedIn()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['email', 'role'],
    check: entry => {
      const email = emailFault(entry('email'), 'Enter an e-mail address.')
      return email === undefined ? null : { fields: { email } }
    },
    send: async (client, entry) =>
      onDone(
        (await client.call('org.invite', {
          body: { email: entry('email').trim(), role: roleOf(entry('role')), include: 'delivery' },
        })) as Invited,
      ),
    failureOf: ({ status }) => (status === 409 ? { fields: { email: 'This person is already a member.' } } : undefined),
  })
  return (
    <Dialog title="Invite member" onClose={onClose}>
      <p>They get a link that works once, for seven days. Inviting again replaces an earlier one.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <EmailField error={failure?.fields?.['email']} ofAnother />
        <RoleField chosen="member" byOwner={account.role === 'owner'} error={failure?.fields?.['role']} />
        <FormButtons onCancel={onClose} busy={busy}>
          {busy ? 'Inviting…' : 'Invite'}
        </FormButtons>
      </form>
    </Dialog>
  )
}
