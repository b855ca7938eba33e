import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import type { Vault } from '../../vaults/vault.ts'
import { Refused } from '../refused.tsx'
import type { Summary } from '../secret.ts'

interface DisableVersionProps {
  vault: Vault
  version: Summary
  newest: boolean
  onClose(): void
  onDone(): Promise<void>
}

export function DisableVersion({ vault, version: { path, version }, newest, onClose, onDone }: DisableVersionProps) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('secrets.disable', { params: { vault_id: vault.id, path, version } }))
  const done = async () => {
    onClose()
    announce(`Version ${version} is disabled.`)
    await onDone()
  }
  const remedy = action.problem?.code === 'policy.denied' && <Refused vault={vault} permission="write" pattern={path} />
  return (
    <Confirm title={`Disable version ${version}?`} verb="Disable" action={action} remedy={remedy} onDone={done} onClose={onClose}>
      <p>
        It can no longer be read. This cannot be undone.
        {newest && ' It is the newest version: until another one is written, nobody can read this secret.'}
      </p>
    </Confirm>
  )
}
