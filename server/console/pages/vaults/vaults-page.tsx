import { useState } from 'react'
import type { Contract } from '../../../../src/contract/all.ts'
import { byName, isServers, vaultAddress } from '../../address.ts'
import { manages } from '../../session/session.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { Empty } from '../../ui/data/empty.tsx'
import { LoadedView } from '../../ui/data/loaded.tsx'
import { useAskedFor } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import { When } from '../../ui/data/when.tsx'
import { Button } from '../../ui/form/button.tsx'
import { Page } from '../../ui/layout/page.tsx'
import { Link } from '../../ui/link.tsx'
import { DeleteVault } from './delete-vault.tsx'
import { DeletedVaults } from './deleted/deleted-vaults.tsx'
import { NewVault } from './new-vault.tsx'
import { RenameVault } from './rename-vault.tsx'

type Vault = Contract['vaults.list']['reply']['vaults'][number]

const NOTHING_OPEN = 'No vault is open to you. Ask an owner or admin for access, or create a vault of your own.'

/** `/vaults`: all vaults that the person can see. */
export function VaultsPage() {
  const { account } = useSignedIn()
  const [making, setMaking] = useState(false)
  useAskedFor('new', () => setMaking(true))
  const [deleting, setDeleting] = useState<Vault | null>(null)
  const [deletions, setDeletions] = useState(0)
  const [renaming, setRenaming] = useState<Vault | null>(null)
  const vaults = useLoaded(client => client.call('vaults.list').then(({ vaults }) => vaults))
  const changed = () => {
    setDeletions(count => count + 1)
    void vaults.reload()
  }
  const columns: Column<Vault>[] = [
    { title: 'Name', kind: 'name', cell: vault => <Link to={vaultAddress(vault)}>{vault.name}</Link> },
    { title: 'Description', cell: ({ description }) => description },
    { title: 'Created', cell: ({ created_at }) => <When instant={created_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: vault =>
        manages(account, vault) &&
        !isServers(vault) && (
          <div className="actions">
            <Button onClick={() => setRenaming(vault)}>
              Edit<span className="only-heard"> the vault {vault.name}</span>
            </Button>
            <Button onClick={() => setDeleting(vault)}>
              Delete<span className="only-heard"> the vault {vault.name}</span>
            </Button>
          </div>
        ),
    },
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
            rows={rows.toSorted(byName)}
            keyOf={({ id }) => id}
            empty={
              account.role === 'member' ? (
                NOTHING_OPEN
              ) : (
                <Empty command="1claw vaults create production">No vaults yet. Create one to store secrets in.</Empty>
              )
            }
          />
        )}
      </LoadedView>
      <DeletedVaults key={deletions} onRestored={vaults.reload} />
      {making && <NewVault onClose={() => setMaking(false)} />}
      {renaming && <RenameVault vault={renaming} onClose={() => setRenaming(null)} onDone={vaults.reload} />}
      {deleting && <DeleteVault vault={deleting} onClose={() => setDeleting(null)} onDone={changed} />}
    </Page>
  )
}
