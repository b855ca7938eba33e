import { useState } from 'react'
import type { Contract } from '../../../src/contract/all.ts'
import { useAnnounce } from '../data/announcement.tsx'
import { LoadedView } from '../data/loaded.tsx'
import { type Column, Table } from '../data/table.tsx'
import { useAction } from '../data/use-action.ts'
import { useLoaded } from '../data/use-loaded.ts'
import { When } from '../data/when.tsx'
import { Confirm } from '../dialog/confirm.tsx'
import { Button } from '../form/button.tsx'
import { Page } from '../layout/page.tsx'
import { Link } from '../link.tsx'
import { NewVault } from './new-vault.tsx'

type Vault = Contract['vaults.list']['reply']['vaults'][number]

/** `/vaults`: all vaults of the organisation. */
export function VaultsPage() {
  const [making, setMaking] = useState(false)
  const [deleting, setDeleting] = useState<Vault | null>(null)
  const vaults = useLoaded(client => client.call('vaults.list').then(({ vaults }) => vaults))
  const columns: Column<Vault>[] = [
    { title: 'Name', kind: 'name', cell: ({ id, name }) => <Link to={`/vaults/${id}`}>{name}</Link> },
    { title: 'Description', cell: ({ description }) => description },
    { title: 'Created', cell: ({ created_at }) => <When instant={created_at} /> },
    { title: 'Actions', kind: 'actions', cell: vault => <Button onClick={() => setDeleting(vault)}>Delete</Button> },
  ]
  return (
    <Page
      title="Vaults"
      actions={
        <Button kind="primary" onClick={() => setMaking(true)}>
          New vault
        </Button>
      }
    >
      <LoadedView of={vaults} what="the vaults">
        {rows => (
          <Table
            caption="Vaults"
            columns={columns}
            rows={rows}
            keyOf={({ id }) => id}
            empty="There is no vault yet. Make one to keep secrets in."
          />
        )}
      </LoadedView>
      {making && <NewVault onClose={() => setMaking(false)} />}
      {deleting && <DeleteVault vault={deleting} onClose={() => setDeleting(null)} onDone={vaults.reload} />}
    </Page>
  )
}

function DeleteVault({ vault, onClose, onDone }: { vault: Vault; onClose(): void; onDone(): Promise<void> }) {
  const announce = useAnnounce()
  const action = useAction(client => client.call('vaults.delete', { params: { vault_id: vault.id } }))
  const done = async () => {
    onClose()
    announce(`The vault ${vault.name} is deleted.`)
    await onDone()
  }
  return (
    <Confirm title={`Delete the vault ${vault.name}?`} verb="Delete the vault" action={action} onDone={done} onClose={onClose}>
      <p>Its keys are destroyed: no secret in it can ever be read again.</p>
    </Confirm>
  )
}
