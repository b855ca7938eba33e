import { useState } from 'react'
import { folderAddress, secretAddress, type VaultReference } from '../../address.ts'
import { Path } from '../../ui/data/path.tsx'
import { type Column, Table } from '../../ui/data/table.tsx'
import { When } from '../../ui/data/when.tsx'
import { Field } from '../../ui/form/field.tsx'
import { Link } from '../../ui/link.tsx'
import { type Entry, entriesOf, found, lastOf } from './folders.ts'
import { isLimited, readsOf, type Summary, typeName } from './secret.ts'
import { TroubleBadge } from './trouble-badge.tsx'
import { Until } from './until.tsx'

interface SecretListProps {
  vault: VaultReference
  secrets: readonly Summary[]
  folder: string
}

/** More rows than anybody reads; the filter leads to the rest. */
const MOST = 300

/** The secrets of a folder, or, once something is typed, those of the whole vault that have it in their path. */
export function SecretList({ vault, secrets, folder }: SecretListProps) {
  const [words, setWords] = useState('')
  const filtered = words.trim() !== ''
  const entries = filtered ? found(secrets, words) : entriesOf(secrets, folder)
  const shown = entries.slice(0, MOST)
  return (
    <>
      {secrets.length > 0 && (
        <div className="filter">
          <Field
            label="Search this vault"
            name="filter"
            type="search"
            autoComplete="off"
            spellCheck={false}
            value={words}
            onChange={event => setWords(event.target.value)}
          />
          <p className="quiet" role="status">
            {filtered && `${entries.length} of ${secrets.length} secrets`}
          </p>
        </div>
      )}
      <Table
        caption="Secrets"
        columns={columns(vault, filtered)}
        rows={shown}
        keyOf={entry => ('secret' in entry ? entry.secret.path : `${entry.folder}/`)}
        empty={emptiness(secrets.length, words, folder)}
      />
      {shown.length < entries.length && (
        <p className="quiet">{entries.length - shown.length} more are not shown. Filter to find them.</p>
      )}
    </>
  )
}

function emptiness(count: number, words: string, folder: string): string {
  if (words.trim() !== '') return `No secret matches “${words.trim()}”.`
  if (folder !== '') return 'There is nothing in this folder that you can read.'
  return count === 0 ? 'No secrets yet. Add the first one.' : ''
}

const columns = (vault: VaultReference, wholePaths: boolean): Column<Entry>[] => [
  {
    title: 'Path',
    kind: 'name',
    cell: entry =>
      'secret' in entry ? (
        <Link to={secretAddress(vault, entry.secret.path)}>
          <Path>{wholePaths ? entry.secret.path : lastOf(entry.secret.path)}</Path>
        </Link>
      ) : (
        <Link to={folderAddress(vault, entry.folder)}>
          <Path>{`${lastOf(entry.folder)}/`}</Path>
        </Link>
      ),
  },
  {
    title: 'Type',
    cell: entry => {
      if ('secret' in entry) return typeName(entry.secret.type)
      return <span className="quiet">{entry.count === 1 ? 'Folder, 1 secret' : `Folder, ${entry.count} secrets`}</span>
    },
  },
  { title: 'Version', cell: entry => ('secret' in entry ? `v${entry.secret.version}` : null) },
  { title: 'Written', cell: entry => ('secret' in entry ? <When instant={entry.secret.created_at} /> : null) },
  {
    title: 'Expires',
    cell: entry => ('secret' in entry && entry.secret.expires_at ? <Until instant={entry.secret.expires_at} /> : null),
  },
  { title: 'Read', kind: 'short', cell: entry => ('secret' in entry ? readsOf(entry.secret) : null) },
  { title: 'State', cell: entry => ('secret' in entry && isLimited(entry.secret) ? <TroubleBadge of={entry.secret} /> : null) },
]
