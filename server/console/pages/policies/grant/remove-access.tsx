import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'

interface RemoveAccessProps {
  policy: { readonly id: string; readonly vault_id: string; readonly secret_path_pattern: string }
  /** The principal. */
  who: string
  onDone(): Promise<void>
  onClose(): void
}

/** Asks before a policy is deleted. */
export function RemoveAccess({
  policy: { id, vault_id, secret_path_pattern: pattern },
  who,
  onDone,
  onClose,
}: RemoveAccessProps) {
  const announce = useAnnounce()
  const action = useAction(
    client => client.call('policies.delete', { params: { vault_id, policy_id: id } }),
    'Only owners, admins and people who manage the vault can remove access.',
  )
  const done = async () => {
    onClose()
    announce(`${who} no longer has access to ${pattern} through this policy.`)
    await onDone()
  }
  return (
    <Confirm title={`Remove access to ${pattern}?`} verb="Remove access" action={action} onDone={done} onClose={onClose}>
      <p>{who} is denied there from the next request on, unless another policy grants the same.</p>
    </Confirm>
  )
}
