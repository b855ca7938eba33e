import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import type { Vault } from '../../vaults/vault.ts'
import { Refused } from '../refused.tsx'
import type { Summary } from '../secret.ts'

interface MakeCurrentProps {
  vault: Vault
  version: Summary
  /** The number of the newest version. */
  newest: number
  onClose(): void
  onDone(): Promise<void>
}

/** Writes the value of an older version as the next one. */
export function MakeCurrent({ vault, version: { path, version }, newest, onClose, onDone }: MakeCurrentProps) {
  const announce = useAnnounce()
  const action = useAction(async client => {
    const written = await client.call('secrets.rollback', { params: { vault_id: vault.id, path, version } })
    announce(`Saved as version ${written.version}.`)
  })
  const done = async () => {
    onClose()
    await onDone()
  }
  const remedy = action.problem?.code === 'policy.denied' && <Refused vault={vault} permission="write" pattern={path} />
  return (
    <Confirm title={`Restore version ${version}?`} verb="Restore" action={action} remedy={remedy} onDone={done} onClose={onClose}>
      <p>
        Its value is saved as version {newest + 1}, which everybody reads from then on. Version {newest} stays in the history.
      </p>
    </Confirm>
  )
}
