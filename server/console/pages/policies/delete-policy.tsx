import { problemOf } from '../../failure.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Name } from '../../ui/people/names.tsx'
import type { Policy } from './policy.ts'

interface DeletePolicyProps {
  policy: Policy
  onClose(): void
  onDone(): Promise<void>
}

/** Asks before a grant is withdrawn. */
export function DeletePolicy({ policy, onClose, onDone }: DeletePolicyProps) {
  const announce = useAnnounce()
  const params = { vault_id: policy.vault_id, policy_id: policy.id }
  // Somebody else may have deleted it already, as wanted.
  const action = useAction(client =>
    client.call('policies.delete', { params }).catch(thrown => {
      if (problemOf(thrown).status !== 404) throw thrown
    }),
  )
  const done = async () => {
    onClose()
    announce('The policy is deleted.')
    await onDone()
  }
  return (
    <Confirm title="Remove this access?" verb="Remove access" action={action} onDone={done} onClose={onClose}>
      <p>
        <Name of={`${policy.principal_type}:${policy.principal_id}`} /> loses {policy.permissions.join(', ')} on{' '}
        <code>{policy.secret_path_pattern}</code>, from the next request on.
      </p>
    </Confirm>
  )
}
