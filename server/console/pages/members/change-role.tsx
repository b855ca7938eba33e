import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useSignedInForm } from '../../ui/data/use-signed-in-form.ts'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { FormButtons } from '../../ui/form/form-buttons.tsx'
import type { Member } from './member.ts'
import { RoleField, roleOf } from './roles.tsx'

interface ChangeRoleProps {
  member: Member
  onClose(): void
  onDone(): Promise<void>
}

/** Gives a member another role. */
export function ChangeRole({ member, onClose, onDone }: ChangeRoleProps) {
  const { account } = useSignedIn()
  const announce = useAnnounce()
  const { ref, busy, failure, onSubmit } = useSignedInForm({
    fields: ['role'],
    send: async (client, entry) => {
      const role = roleOf(entry('role'))
      await client.call('org.set-role', { params: { user_id: member.id }, body: { role } })
      announce(`${member.email} is ${role} now.`)
      onClose()
      await onDone()
    },
  })
  return (
    <Dialog title={`Edit role of ${member.display_name ?? member.email}`} onClose={onClose}>
      <p>Lowering the role signs this person out everywhere.</p>
      <form ref={ref} onSubmit={onSubmit} noValidate>
        <Alert>{failure?.message}</Alert>
        <RoleField chosen={member.role} byOwner={account.role === 'owner'} error={failure?.fields?.['role']} />
        <FormButtons onCancel={onClose} busy={busy}>
          Save
        </FormButtons>
      </form>
    </Dialog>
  )
}
