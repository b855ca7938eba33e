import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'

interface DeletedSecretProps {
  vault: Vault
  path: string
  onRestored(): Promise<void>
}

/** In place of a secret that was deleted. */
export function DeletedSecret({ vault, path, onRestored }: DeletedSecretProps) {
  const announce = useAnnounce()
  const restoring = useAction(client => client.call('secrets.restore', { params: { vault_id: vault.id, path } }))
  const restore = async () => {
    if (!(await restoring.run())) return
    announce(`${path} is restored.`)
    await onRestored()
  }
  return (
    <div className="empty">
      <p>This secret was deleted. Restore it with the versions it had, or save a new value.</p>
      <Alert>{restoring.failure}</Alert>
      {restoring.problem?.code === 'policy.denied' && <Refused vault={vault} permission="write" pattern={path} />}
      <Button kind="primary" busy={restoring.busy} onClick={restore}>
        Restore
      </Button>
    </div>
  )
}
