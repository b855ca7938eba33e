import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import type { Member } from './member.ts'

/** Asks before a member is mailed a link to turn off their second factor. */
export function ResetMfa({ member, onClose }: { member: Member; onClose(): void }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('org.reset-mfa', { params: { user_id: member.id } }))
  const done = () => {
    onClose()
    announce(`A link is mailed to ${member.email}.`)
  }
  return (
    <Confirm title="Turn off a lost second factor?" verb="Send link" action={action} onDone={done} onClose={onClose}>
      <p>
        {member.display_name ?? member.email} receives a link by e-mail. When they confirm, their second factor is turned off and
        they are signed out everywhere. Ask them first, over the phone or in person, whether they have lost it.
      </p>
    </Confirm>
  )
}
