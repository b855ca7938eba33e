import type { Contract } from '../../../../src/contract/all.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useUndo } from '../../ui/data/use-undo.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'

interface DeleteVaultProps {
  vault: Contract['vaults.list']['reply']['vaults'][number]
  onClose(): void
  onDone(): void
}

/** Asks for the name of the vault before it goes, with everything in it. */
export function DeleteVault({ vault, onClose, onDone }: DeleteVaultProps) {
  const announce = useAnnounce()
  const undo = useUndo()
  const action = useAction(client => client.call('vaults.delete', { params: { vault_id: vault.id } }))
  const done = () => {
    onClose()
    const restore = undo(
      client => client.call('vaults.restore', { params: { vault_id: vault.id } }),
      onDone,
      `The vault ${vault.name} is restored.`,
    )
    announce(`The vault ${vault.name} is deleted.`, restore)
    onDone()
  }
  return (
    <Confirm
      title={`Delete the vault ${vault.name}?`}
      verb="Delete"
      action={action}
      typed={vault.name}
      onDone={done}
      onClose={onClose}
    >
      <p>
        Nobody can read its secrets any more. It can be restored for a while, below the list of vaults; then its keys are
        destroyed.
      </p>
    </Confirm>
  )
}
