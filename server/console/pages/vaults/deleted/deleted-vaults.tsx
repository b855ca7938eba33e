import { useState } from 'react'
import type { Contract } from '../../../../../src/contract/all.ts'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { StillFor, When } from '../../../ui/data/when.tsx'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Panel } from '../../../ui/layout/panel.tsx'

type Deleted = Contract['vaults.deleted']['reply']['vaults'][number]

/** The deleted vaults that can still be restored; nothing without any. */
export function DeletedVaults({ onRestored }: { onRestored(): Promise<void> }) {
  const announce = useAnnounce()
  const [purging, purge] = useState<Deleted | null>(null)
  const deleted = useLoaded(client => client.call('vaults.deleted').then(({ vaults }) => vaults))
  const restoring = useAction((client, id: string) => client.call('vaults.restore', { params: { vault_id: id } }))
  const restore = async ({ id, name }: Deleted) => {
    if (!(await restoring.run(id))) return
    announce(`The vault ${name} is restored.`)
    await Promise.all([deleted.reload(), onRestored()])
  }
  if (deleted.state.at !== 'loaded' || deleted.state.value.length === 0) return null
  const columns: Column<Deleted>[] = [
    { title: 'Name', kind: 'name', cell: ({ name }) => name },
    { title: 'Deleted', cell: ({ deleted_at }) => <When instant={deleted_at} /> },
    { title: 'Can be restored', cell: ({ purge_at }) => <StillFor instant={purge_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: vault => (
        <div className="actions">
          <Button busy={restoring.busy} onClick={() => restore(vault)}>
            Restore<span className="only-heard"> the vault {vault.name}</span>
          </Button>
          <Button onClick={() => purge(vault)}>
            Delete permanently<span className="only-heard"> the vault {vault.name}</span>
          </Button>
        </div>
      ),
    },
  ]
  return (
    <Panel title="Deleted vaults">
      <Alert>{restoring.failure}</Alert>
      <Table caption="Deleted vaults" columns={columns} rows={deleted.state.value} keyOf={({ id }) => id} empty="None." />
      {purging && <PurgeVault vault={purging} onClose={() => purge(null)} onDone={deleted.reload} />}
    </Panel>
  )
}

function PurgeVault({ vault: { id, name }, onClose, onDone }: { vault: Deleted; onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('vaults.purge', { params: { vault_id: id } }))
  const done = async () => {
    onClose()
    announce(`The vault ${name} is deleted permanently.`)
    await onDone()
  }
  return (
    <Confirm
      title={`Delete the vault ${name} permanently?`}
      verb="Delete permanently"
      action={action}
      typed={name}
      onDone={done}
      onClose={onClose}
    >
      <p>Its key is destroyed now, and with it every secret that was in it. Nobody can bring them back.</p>
    </Confirm>
  )
}
