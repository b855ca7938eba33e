import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Alert } from '../../ui/form/alert.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Name } from '../../ui/people/names.tsx'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'

interface DeletedSecretProps {
  vault: Vault
  path: string
  onRestored(): Promise<void>
}

/** Shown for a deleted secret: when and by whom it was deleted, and how to restore it. */
export function DeletedSecret({ vault, path, onRestored }: DeletedSecretProps) {
  const announce = useAnnounce()
  const restoring = useAction(client => client.call('secrets.restore', { params: { vault_id: vault.id, path } }))
  const deleted = useLoaded(client => client.call('secrets.deleted', { params: { vault_id: vault.id } }))
  const found = deleted.state.at === 'loaded' ? deleted.state.value.secrets.find(each => each.path === path) : undefined
  const restore = async () => {
    if (!(await restoring.run())) return
    announce(`${path} is restored.`)
    await onRestored()
  }
  return (
    <div className="empty">
      <p>
        This secret was deleted
        {found && (
          <>
            {' '}
            <When instant={found.deleted_at} inSentence />
            {found.deleted_by && (
              <>
                {' '}
                by <Name of={found.deleted_by} />
              </>
            )}
          </>
        )}
        . Restore it with the versions it had, or save a new value.
      </p>
      <Alert>{restoring.failure}</Alert>
      {restoring.problem?.code === 'policy.denied' && <Refused vault={vault} permission="write" pattern={path} />}
      <Button kind="primary" busy={restoring.busy} onClick={restore}>
        Restore
      </Button>
    </div>
  )
}
