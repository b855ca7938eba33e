import { useAnnounce } from '../data/announcement.tsx'
import { useAction } from '../data/use-action.ts'
import { Confirm } from '../dialog/confirm.tsx'
import { navigate } from '../location.ts'
import type { Vault } from '../vaults/vault-pages.tsx'
import { folderAddress } from './folders.ts'
import { Refused } from './refused.tsx'

interface DeleteSecretProps {
  vault: Vault
  path: string
  onClose(): void
}

/** Deletes every version of a secret and goes to the folder it was in. */
export function DeleteSecret({ vault, path, onClose }: DeleteSecretProps) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('secrets.delete', { params: { vault_id: vault.id, path } }))
  const done = () => {
    announce(`${path} is deleted.`)
    const folder = path.split('/').slice(0, -1).join('/')
    navigate(folder === '' ? `/vaults/${vault.id}` : folderAddress(vault.id, folder))
  }
  const remedy = action.problem?.code === 'policy.denied' && <Refused vault={vault} permission="delete" pattern={path} />
  return (
    <Confirm title="Delete this secret?" verb="Delete" action={action} remedy={remedy} onDone={done} onClose={onClose}>
      <p>
        Every version of <strong>{path}</strong> is deleted and cannot be read any more.
      </p>
    </Confirm>
  )
}
