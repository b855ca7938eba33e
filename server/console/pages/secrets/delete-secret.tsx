import { folderAddress, secretAddress, vaultAddress } from '../../address.ts'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { useUndo } from '../../ui/data/use-undo.ts'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { navigate } from '../../ui/location.ts'
import type { Vault } from '../vaults/vault.ts'
import { Readers } from './readers.tsx'
import { Refused } from './refused.tsx'

interface DeleteSecretProps {
  vault: Vault
  path: string
  /** It represents a key in the key provider, of which there is no copy. */
  isKey: boolean
  onClose(): void
}

/** Deletes every version of a secret and opens its folder. */
export function DeleteSecret({ vault, path, isKey, onClose }: DeleteSecretProps) {
  const announce = useAnnounce()
  const undo = useUndo()
  const action = useAction(client => client.call('secrets.delete', { params: { vault_id: vault.id, path } }))
  const done = () => {
    const restore = undo(
      client => client.call('secrets.restore', { params: { vault_id: vault.id, path } }),
      () => navigate(secretAddress(vault, path)),
      `${path} is restored.`,
    )
    announce(`${path} is deleted.`, restore)
    const folder = path.split('/').slice(0, -1).join('/')
    navigate(folder === '' ? vaultAddress(vault) : folderAddress(vault, folder))
  }
  const remedy = action.problem?.code === 'policy.denied' && <Refused vault={vault} permission="delete" pattern={path} />
  return (
    <Confirm title="Delete this secret?" verb="Delete" action={action} remedy={remedy} onDone={done} onClose={onClose}>
      <p>
        Nobody can read any version of <strong>{path}</strong> any more. You can restore it for a while, under “Deleted”.
      </p>
      <Readers vault={vault} path={path} />
      {isKey && <p className="warning">The funds of this key’s account can never be moved again. Move them first.</p>}
    </Confirm>
  )
}
