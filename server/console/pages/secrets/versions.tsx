import { useState } from 'react'
import { useAnnounce } from '../../ui/data/announcement.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useAction } from '../../ui/data/use-action.ts'
import { When } from '../../ui/data/when.tsx'
import { Confirm } from '../../ui/dialog/confirm.tsx'
import { Dialog } from '../../ui/dialog/dialog.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Name } from '../../ui/people/names.tsx'
import type { Vault } from '../vaults/vault.ts'
import { Refused } from './refused.tsx'
import { providerKeyOf, readsOf, type Summary, troubleOf, typeName } from './secret.ts'
import { TroubleBadge } from './trouble-badge.tsx'
import { SecretValue } from './value/secret-value.tsx'

interface VersionsProps {
  vault: Vault
  /** Newest first. */
  versions: readonly Summary[]
  reload(): Promise<void>
}

/** Who wrote a secret when, and the values it had. */
export function Versions({ vault, versions, reload }: VersionsProps) {
  const [looking, setLooking] = useState<number | null>(null)
  const [disabling, setDisabling] = useState<Summary | null>(null)
  const looked = versions.find(each => each.version === looking)
  const columns: Column<Summary>[] = [
    { title: 'Version', kind: 'name', cell: ({ version }) => <span className="unbroken">Version {version}</span> },
    { title: 'Type', kind: 'short', cell: ({ type }) => typeName(type) },
    { title: 'Written by', cell: ({ created_by }) => <Name of={created_by} /> },
    { title: 'Written', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Read', kind: 'short', cell: readsOf },
    { title: 'State', cell: version => <TroubleBadge of={version} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: each => (
        <div className="actions">
          {isReadable(each) && (
            <Button onClick={() => setLooking(each.version)}>
              View<span className="only-heard"> version {each.version}</span>
            </Button>
          )}
          {!each.is_disabled && (
            <Button onClick={() => setDisabling(each)}>
              Disable<span className="only-heard"> version {each.version}</span>
            </Button>
          )}
        </div>
      ),
    },
  ]
  return (
    <>
      <Table caption="Versions" columns={columns} rows={versions} keyOf={each => String(each.version)} empty="There is none." />
      {looked && (
        <Dialog title={`Version ${looked.version}`} onClose={() => setLooking(null)}>
          <SecretValue vaultId={vault.id} version={looked} onRead={reload} />
          <Button onClick={() => setLooking(null)}>Close</Button>
        </Dialog>
      )}
      {disabling && (
        <DisableVersion
          vault={vault}
          version={disabling}
          newest={disabling === versions[0]}
          onClose={() => setDisabling(null)}
          onDone={reload}
        />
      )}
    </>
  )
}

function isReadable(version: Summary): boolean {
  const trouble = troubleOf(version, Date.now())
  return (trouble === undefined || trouble === 'Expires soon') && providerKeyOf(version) === undefined
}

interface DisableVersionProps {
  vault: Vault
  version: Summary
  newest: boolean
  onClose(): void
  onDone(): Promise<void>
}

function DisableVersion({ vault, version: { path, version }, newest, onClose, onDone }: DisableVersionProps) {
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
