import type { Contract } from '../../../../src/contract/all.ts'
import { concernedBy, RECENT_DAYS } from '../../../../src/secret-readers.ts'
import { useSignedIn } from '../../session/signed-in.tsx'
import { ago } from '../../time.ts'
import { useLoaded } from '../../ui/data/use-loaded.ts'
import type { Vault } from '../vaults/vault.ts'
import { accessOf } from './access/access-of.ts'

type Entry = Contract['policies.access']['reply']['principals'][number]

/** Who recently read a secret, in a sentence: what breaks when it is deleted or changed. Nothing for people who may not see it. */
export function Readers({ vault, path }: { vault: Vault; path: string }) {
  const access = useReaders(vault, path)
  if (access.state.at !== 'loaded') return null
  return <p>{readersIn(access.state.value, new Date())}</p>
}

/** Who is affected by a new value: recent readers, and those who last read an older version. */
export function ReadersBefore({ vault, path, newest }: { vault: Vault; path: string; newest: number | undefined }) {
  const access = useReaders(vault, path)
  if (access.state.at !== 'loaded') return null
  const now = Date.now()
  const { recent, behind } = concernedBy(access.state.value, newest, now)
  const lastRead = ({ last_read_at: at }: Entry) => (at === undefined ? '' : ago(new Date(at), new Date(now)).toLowerCase())
  return (
    <>
      <p>
        {recent.length === 0
          ? `Nobody read it in the last ${RECENT_DAYS} days, as far as you can see.`
          : `Read in the last ${RECENT_DAYS} days by ${listed(recent, lastRead)}. They keep the old value until they read it again.`}
      </p>
      {behind.length > 0 && (
        <p>Last read an older version: {listed(behind, ({ last_read_version: version }) => `version ${version}`)}.</p>
      )}
    </>
  )
}

function useReaders(vault: Vault, path: string) {
  const { account } = useSignedIn()
  return useLoaded(client => accessOf(client, account, vault, { path }).then(({ principals }) => principals))
}

function listed(readers: readonly Entry[], noteOf: (reader: Entry) => string): string {
  const named = readers.slice(0, MOST_LISTED).map(reader => `${reader.name} (${noteOf(reader)})`)
  return [...named, ...(readers.length > MOST_LISTED ? [`${readers.length - MOST_LISTED} more`] : [])].join(', ')
}

const MOST_LISTED = 10
const NAMED = 3

/** `deployer read it 8 minutes ago, ci 2 days ago.` */
export function readersIn(entries: readonly Pick<Entry, 'name' | 'last_read_at'>[], now: Date): string {
  const read = entries
    .flatMap(({ name, last_read_at: at }) => (at === undefined ? [] : [{ name, at: new Date(at) }]))
    .toSorted((one, other) => other.at.getTime() - one.at.getTime())
  if (read.length === 0) return 'Nobody read it in the last 90 days.'
  const parts = read
    .slice(0, NAMED)
    .map(({ name, at }, place) => `${name} ${place === 0 ? 'read it ' : ''}${ago(at, now).toLowerCase()}`)
  const more = read.length - parts.length
  return `${parts.join(', ')}${more > 0 ? `, and ${more} more in 90 days` : ''}.`
}
