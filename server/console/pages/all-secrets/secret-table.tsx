import { secretAddress, vaultAddress } from '../../address.ts'
import { Breakable } from '../../ui/data/breakable.tsx'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { Link } from '../../ui/link.tsx'
import type { Listed } from '../secrets/ages/listed.ts'
import { isLimited, typeName } from '../secrets/secret.ts'
import { Until } from '../secrets/until.tsx'
import { WarningBadge } from '../secrets/warning-badge.tsx'

interface SecretTableProps {
  rows: readonly Listed[]
  chosen: ReadonlySet<string>
  onChoose(id: string, chosen: boolean): void
}

/** Secrets of all vaults, with a box for each. */
export function SecretTable({ rows, chosen, onChoose }: SecretTableProps) {
  const columns: Column<Listed>[] = [
    {
      title: 'Select',
      cell: ({ id, path, vault_name }) => (
        <label className="pick">
          <input
            type="checkbox"
            autoComplete="off"
            checked={chosen.has(id)}
            onChange={event => onChoose(id, event.currentTarget.checked)}
          />
          <span className="only-heard">
            Select {path} in {vault_name}
          </span>
        </label>
      ),
    },
    {
      title: 'Path',
      kind: 'name',
      cell: ({ vault_id: id, vault_name: name, path }) => (
        <Link to={secretAddress({ id, name }, path)}>
          <Path>{path}</Path>
        </Link>
      ),
    },
    {
      title: 'Vault',
      cell: ({ vault_id: id, vault_name: name }) => (
        <Link to={vaultAddress({ id, name })}>
          <Breakable text={name} />
        </Link>
      ),
    },
    { title: 'Type', kind: 'short', cell: ({ type }) => typeName(type) },
    { title: 'Value written', cell: ({ created_at }) => <When instant={created_at} /> },
    {
      title: 'Expires',
      cell: secret =>
        isLimited(secret) && (
          <>
            {secret.expires_at && <Until instant={secret.expires_at} />} <WarningBadge of={secret} />
          </>
        ),
    },
    {
      title: 'Last read',
      cell: ({ last_read_at }) => (last_read_at ? <When instant={last_read_at} /> : <span className="quiet">Never</span>),
    },
    { title: 'Readers', kind: 'number', cell: ({ readers }) => readers },
  ]
  return <Table caption="Secrets" columns={columns} rows={rows} keyOf={({ id }) => id} empty="No secret matches." />
}
