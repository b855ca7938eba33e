import type { Contract } from '../../../../../src/contract/all.ts'
import { folderAddress, type VaultReference, vaultAddress } from '../../../address.ts'
import { Breakable } from '../../../ui/data/breakable.tsx'
import { LoadedView } from '../../../ui/data/loaded.tsx'
import { type Column, Table } from '../../../ui/data/table.tsx'
import { useLoaded } from '../../../ui/data/use-loaded.ts'
import { Page } from '../../../ui/layout/page.tsx'
import { Link } from '../../../ui/link.tsx'
import { around } from '../../secrets/folders.ts'
import type { Vault } from '../vault.ts'
import { VaultTabs } from '../vault-tabs.tsx'
import { findingOf, shareOf } from './finding.ts'

type Access = Contract['policies.folder-access']['reply']
type Principal = Access['principals'][number]

/** The number of columns with enough space; a folder with fewer subfolders is opened. */
const SHOWN = 6

interface VaultAccessPageProps {
  vault: Vault
  /** The folder whose subfolders are shown; empty for those of the vault. */
  folder: string
}

/** `/vaults/<name>/access` and below: who can read how much of each folder. */
export function VaultAccessPage({ vault, folder }: VaultAccessPageProps) {
  const prefix = folder === '' ? '' : `${folder}/`
  const access = useLoaded(client =>
    client.call('policies.folder-access', { params: { vault_id: vault.id }, query: { ...(prefix && { prefix }) } }),
  )
  return (
    <Page
      title={folder === '' ? vault.name : prefix}
      view="Access"
      within={folder === '' ? [{ label: 'Vaults', to: '/vaults' }] : around(vault, folder)}
    >
      <VaultTabs of={vault} here="access" folder={folder} />
      <LoadedView
        of={access}
        what="who can read what"
        instead={({ code, message }) =>
          code === 'policy.denied' ? (
            <p className="quiet">
              Owners, admins, the vault’s creator and people who manage its policies can see who can read it.
            </p>
          ) : code === 'request.too-broad' ? (
            <p>
              {message} Open a <Link to={vaultAddress(vault)}>folder</Link>, or a secret, to see who can read it.
            </p>
          ) : undefined
        }
      >
        {found => <Matrix vault={vault} found={found} />}
      </LoadedView>
    </Page>
  )
}

function Matrix({ vault, found }: { vault: VaultReference; found: Access }) {
  const { prefix, folders, principals } = found
  const concerned = principals.filter(({ secrets }) => secrets.some(count => count > 0))
  const addressOf = (name: string) => `${vaultAddress(vault)}/access/${prefix}${name.replace(/\/$/, '')}`
  const columns: Column<Principal>[] = [
    { title: 'Who', kind: 'name', cell: principal => <Who of={principal} /> },
    ...folders.slice(0, SHOWN).map(
      (folder, place): Column<Principal> => ({
        title: folder.name || 'Not in a folder',
        kind: 'short',
        cell: ({ secrets }) => <Share can={secrets[place] ?? 0} of={folder.secrets} />,
      }),
    ),
  ]
  return (
    <>
      <p>{findingOf(found)}</p>
      <Table
        caption="Who can read how much of each folder"
        columns={columns}
        rows={concerned}
        keyOf={({ principal_type, principal_id }) => `${principal_type}:${principal_id}`}
        empty={folders.length === 0 ? 'There are no secrets here.' : 'Nobody can read any of it.'}
      />
      {folders.length > SHOWN && (
        <p className="quiet">
          The first {SHOWN} of {folders.length} folders are columns.
        </p>
      )}
      <ul className="folder-links" aria-label="Folders">
        {folders
          .filter(({ name }) => name !== '')
          .map(({ name, secrets }) => (
            <li key={name}>
              <Link to={addressOf(name)}>{name}</Link>{' '}
              <Link to={folderAddress(vault, `${prefix}${name}`.replace(/\/$/, ''))} className="quiet">
                {secrets.toLocaleString()} {secrets === 1 ? 'secret' : 'secrets'}
                <span className="only-heard"> in {name}</span>
              </Link>
            </li>
          ))}
      </ul>
    </>
  )
}

function Who({ of: { principal_type: type, principal_id: id, name } }: { of: Principal }) {
  if (type === 'user') return <Breakable text={name} />
  return (
    <>
      <Link to={`/agents/${id}/access`}>{name}</Link> <span className="quiet">(agent)</span>
    </>
  )
}

/** Told apart by its form, its number and its word, not by colour alone. */
function Share({ can, of }: { can: number; of: number }) {
  const { sign, text } = shareOf(can, of)
  return (
    <span className={can === 0 ? 'quiet' : undefined}>
      <span aria-hidden="true">{sign} </span>
      {text}
    </span>
  )
}
