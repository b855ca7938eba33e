import { useSignedIn } from '../../session/signed-in.tsx'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import type { Member } from './member.ts'

interface RemoveMemberProps {
  member: Member
  onClose(): void
  onDone(): Promise<void>
}

/** Asks before somebody is removed. */
export function RemoveMember({ member, onClose, onDone }: RemoveMemberProps) {
  const { account, session } = useSignedIn()
  const announce = useAnnounce()
  const isSelf = member.id === account.id
  const action = useAction(client => client.call('org.remove-member', { params: { user_id: member.id } }))
  const done = async () => {
    onClose()
    if (isSelf) return session.startOver('You have left the organisation. Sign in to go on in another one.')
    announce(`${member.email} is removed.`)
    await onDone()
  }
  const title = isSelf ? 'Leave the organisation?' : `Remove ${member.display_name ?? member.email}?`
  return (
    <Confirm title={title} verb={isSelf ? 'Leave' : 'Remove'} action={action} onDone={done} onClose={onClose}>
      <p>
        {isSelf ? 'Your' : 'Their'} sessions, API keys of this organisation and policies in it end at once. The account stays,
        with an organisation of its own if it has no other.
      </p>
    </Confirm>
  )
}
