import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { EmailField, emailFault } from '../sign-in/email-field.tsx'
import { RoleField, roleOf } from './roles.tsx'

/** Has a link mailed that makes somebody a member. */
export function InviteMember({ onClose, onDone }: { onClose(): void; onDone(): void }) {
  const { account } = useSignedIn()
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['email', 'role'],
    check: entry => {
      const email = emailFault(entry('email'), 'Enter an e-mail address.')
      return email === undefined ? null : { fields: { email } }
    },
    send: async (client, entry) => {
      const { email } = await client.call('org.invite', { body: { email: entry('email').trim(), role: roleOf(entry('role')) } })
      announce(`An invitation is mailed to ${email}.`)
      onDone()
    },
    failureOf: ({ status }) => (status === 409 ? { fields: { email: 'This person is already a member.' } } : undefined),
  })
  return (
    <Dialog title="Invite member" onClose={onClose}>
      <p>They get a link that works once, for seven days. Inviting again replaces an earlier one.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <EmailField error={failure?.fields?.['email']} ofAnother />
        <RoleField chosen="member" byOwner={account.role === 'owner'} error={failure?.fields?.['role']} />
        <div className="decision">
          <Button onClick={onClose}>Cancel</Button>
          <Button kind="primary" type="submit" busy={busy}>
            {busy ? 'Inviting…' : 'Invite'}
          </Button>
        </div>
      </form>
    </Dialog>
  )
}
