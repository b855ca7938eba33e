import { useState } from 'react'
import type { Contract } from '../../../../../src/contract/all.ts'
import { secretAddress, type VaultReference, vaultAddress } from '../../../address.ts'
import { useAnnounce } from '../../../ui/data/announcement.tsx'
import { Breakable } from '../../../ui/data/breakable.tsx'
import { Path } from '../../../ui/data/path.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useAction } from '../../../ui/data/use-action.ts'
import { StillFor, When } from '../../../ui/data/when.tsx'
import { Confirm } from '../../../ui/dialog/confirm.tsx'
import { Alert } from '../../../ui/form/alert.tsx'
import { Button } from '../../../ui/form/button.tsx'
import { Link } from '../../../ui/link.tsx'
import { navigate } from '../../../ui/location.ts'
import { Name } from '../../../ui/people/names.tsx'

type Listed = Contract['secrets.deleted']['reply']['secrets'][number]

export interface Deleted extends Listed {
  readonly vault: VaultReference
}

interface DeletedTableProps {
  rows: readonly Deleted[]
  /** They are of several vaults. */
  across?: boolean
  onChanged(): Promise<void>
}

/** A list of deleted things that can still be restored; each can be restored or destroyed. */
export function DeletedTable({ rows, across = false, onChanged }: DeletedTableProps) {
  const announce = useAnnounce()
  const [purging, purge] = useState<Deleted | null>(null)
  const restoring = useAction((client, { vault, path }: Deleted) =>
    client.call('secrets.restore', { params: { vault_id: vault.id, path } }),
  )
  const restore = async (secret: Deleted) => {
    if (!(await restoring.run(secret))) return
    announce(`${secret.path} is restored.`)
    navigate(secretAddress(secret.vault, secret.path))
  }
  const inVault: Column<Deleted> = {
    title: 'Vault',
    cell: ({ vault }) => (
      <Link to={vaultAddress(vault)}>
        <Breakable text={vault.name ?? vault.id.slice(0, 8)} />
      </Link>
    ),
  }
  const columns: Column<Deleted>[] = [
    { title: 'Path', kind: 'name', cell: ({ path }) => <Path>{path}</Path> },
    ...(across ? [inVault] : []),
    { title: 'Deleted', kind: 'short', cell: ({ deleted_at }) => <When instant={deleted_at} /> },
    { title: 'By', cell: ({ deleted_by }) => <Name of={deleted_by} /> },
    { title: 'Can be restored', kind: 'short', cell: ({ purge_at }) => <StillFor instant={purge_at} /> },
    {
      title: 'Actions',
      kind: 'actions',
      cell: secret => (
        <div className="actions">
          <Button busy={restoring.busy} onClick={() => restore(secret)}>
            Restore<span className="only-heard"> {secret.path}</span>
          </Button>
          <Button onClick={() => purge(secret)}>
            Delete permanently<span className="only-heard"> {secret.path}</span>
          </Button>
        </div>
      ),
    },
  ]
  return (
    <>
      <Alert>{restoring.failure}</Alert>
      <Table
        caption="Deleted secrets"
        columns={columns}
        rows={rows.toSorted((one, other) => other.deleted_at.localeCompare(one.deleted_at))}
        keyOf={({ id }) => id}
        empty="Nothing was deleted recently. A deleted secret stays here until it is destroyed, and can be restored with all its versions."
      />
      {purging && <PurgeSecret secret={purging} onClose={() => purge(null)} onDone={onChanged} />}
    </>
  )
}

function PurgeSecret({
  secret: { vault, path },
  onClose,
  onDone,
}: {
  secret: Deleted
  onClose(): void
  onDone(): Promise<void>
}) {
  const announce = useAnnounce()
  const action = useAction(client =>
    client.call('secrets.delete', { params: { vault_id: vault.id, path }, query: { purge: 'true' } }),
  )
  const done = async () => {
    onClose()
    announce(`${path} is deleted permanently.`)
    await onDone()
  }
  return (
    <Confirm
      title={`Delete ${path} permanently?`}
      verb="Delete permanently"
      action={action}
      typed={path}
      onDone={done}
      onClose={onClose}
    >
      <p>All its values are destroyed now. Nobody can bring them back.</p>
    </Confirm>
  )
}
