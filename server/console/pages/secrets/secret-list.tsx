import { type ReactNode, useDeferredValue, useMemo } from 'react'
import { folderAddress, secretAddress, type VaultReference } from '../../address.ts'
import { Empty } from '../../ui/data/empty.tsx'
import { cut } from '../../ui/data/page-of-rows.ts'
import { NumberedPages } from '../../ui/data/pages.tsx'
import { Path } from '../../ui/data/path.tsx'
import { useQuery } from '../../ui/data/query.ts'
import { type Column, Table } from '../../ui/data/table.tsx'
import { useProgressiveRows } from '../../ui/data/use-progressive-rows.ts'
import { When } from '../../ui/data/when.tsx'
import { EXACT } from '../../ui/form/exact.ts'
import { Field } from '../../ui/form/field.tsx'
import { Link } from '../../ui/link.tsx'
import { useVaultAges } from './ages/use-vault-ages.tsx'
import { type Entry, entriesOf, found, lastOf, within } from './folders.ts'
import { isLimited, readsOf, type Summary, typeName } from './secret.ts'
import { Until } from './until.tsx'
import { WarningBadge } from './warning-badge.tsx'

interface SecretListProps {
  vault: VaultReference
  secrets: readonly Summary[]
  folder: string
}

const PAGE_SIZE = 100

/** The secrets of a folder or, once text is typed, those of the whole vault with that text in their path. */
export function SecretList({ vault, secrets, folder }: SecretListProps) {
  const [query, change] = useQuery()
  const words = query.get('q') ?? ''
  // Typed text is shown at once; the list follows when there is time.
  const sought = useDeferredValue(words)
  const isSearched = sought.trim() !== ''
  const listed = useMemo(
    () => (sought.trim() === '' ? within(secrets, folder) : found(secrets, sought)),
    [secrets, folder, sought],
  )
  const { map, only } = useVaultAges({ vault, secrets: listed, query, change })
  const filtered = isSearched || only !== undefined
  const entries = useMemo((): readonly Entry[] => {
    if (only) return listed.filter(({ path }) => only.has(path)).map(secret => ({ secret }))
    return sought.trim() === '' ? entriesOf(listed, folder) : listed.map(secret => ({ secret }))
  }, [listed, only, folder, sought])
  const asked = Number(query.get('page') ?? 1)
  const { rows, page, pages } = useMemo(() => cut(entries, asked, PAGE_SIZE), [entries, asked])
  const drawn = useProgressiveRows(rows, `${sought} ${query.get('map') ?? ''}`)
  const go = (to: number) => change({ page: to === 1 ? '' : String(to) })
  const table = useMemo(
    () => (
      <Table
        caption="Secrets"
        columns={columns(vault, filtered)}
        rows={drawn}
        keyOf={entry => ('secret' in entry ? entry.secret.path : `${entry.folder}/`)}
        empty={only ? 'No secret matches.' : emptiness(secrets.length, sought, folder)}
      />
    ),
    [vault, filtered, drawn, secrets.length, sought, folder, only],
  )
  return (
    <>
      {secrets.length > 0 && (
        <div className="filter">
          <Field
            label="Search this vault"
            name="filter"
            type="search"
            {...EXACT}
            value={words}
            onChange={event => change({ q: event.target.value, page: '' })}
          />
          <p className="quiet" role="status">
            {filtered && `${entries.length.toLocaleString()} of ${secrets.length.toLocaleString()} secrets`}
          </p>
        </div>
      )}
      {map}
      {table}
      <NumberedPages of="the secrets" page={page} pages={pages} onGo={go} />
    </>
  )
}

function emptiness(count: number, words: string, folder: string): ReactNode {
  if (words.trim() !== '') return `No secret matches “${words.trim()}”.`
  if (folder !== '') return 'There is nothing in this folder that you can read.'
  return count === 0 && <Empty command="1claw secrets set db/url">No secrets yet. Add the first one.</Empty>
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
      return (
        <span className="quiet">
          {entry.count === 1 ? 'Folder, 1 secret' : `Folder, ${entry.count.toLocaleString()} secrets`}
        </span>
      )
    },
  },
  { title: 'Version', cell: entry => ('secret' in entry ? `v${entry.secret.version}` : null) },
  { title: 'Written', cell: entry => <When instant={'secret' in entry ? entry.secret.created_at : entry.written} /> },
  {
    title: 'Expires',
    cell: entry => ('secret' in entry && entry.secret.expires_at ? <Until instant={entry.secret.expires_at} /> : null),
  },
  { title: 'Read', kind: 'short', cell: entry => ('secret' in entry ? readsOf(entry.secret) : null) },
  { title: 'State', cell: entry => ('secret' in entry && isLimited(entry.secret) ? <WarningBadge of={entry.secret} /> : null) },
]
