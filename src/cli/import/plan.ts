import type { Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import { readMany } from '../references/read.ts'
import type { Session } from '../session/session.ts'
import type { Ledger } from './ledger.ts'
import type { Item } from './paths.ts'

/** The action of an import for an item. */
export type Fate =
  | 'create'
  /** The vault has this value. */
  | 'unchanged'
  /** The vault has another value. */
  | 'differs'
  /** The vault has a value that cannot be compared. */
  | 'exists'

export interface Planned extends Item {
  readonly fate: Fate
}

type Summary = Reply<'secrets.list'>['secrets'][number]

/**
 * Compares items with a vault: by the ledger if that knows the version, otherwise by reading the value. Expired, disabled and limited
 * secrets are not read.
 */
export async function planned(
  { client }: Pick<Session, 'client'>,
  vault_id: string,
  items: readonly Item[],
  ledger: Ledger,
  now: number,
): Promise<Planned[]> {
  const { secrets } = await client.call('secrets.list', { params: { vault_id }, query: { include: 'usage' } })
  const there = new Map(secrets.map(secret => [secret.path, secret]))
  const remembered = (item: Item) => {
    const secret = there.get(item.path)
    return secret && ledger.holds(item.path, secret.version, item.value)
  }
  const unsure = items.filter(item => remembered(item) === undefined && isReadable(there.get(item.path), now))
  const values = await valuesOf(
    client,
    vault_id,
    unsure.map(({ path }) => path),
  )
  return items.map(item => {
    const secret = there.get(item.path)
    if (!secret) return { ...item, fate: 'create' }
    const same = remembered(item) ?? sameValue(item, values)
    if (same === true) ledger.note(item.path, secret.version, item.value)
    return { ...item, fate: same === undefined ? 'exists' : same ? 'unchanged' : 'differs' }
  })
}

function sameValue({ path, value }: Item, values: ReadonlyMap<string, string>): boolean | undefined {
  const stored = values.get(path)
  return stored === undefined ? undefined : stored === value
}

function isReadable(secret: Summary | undefined, now: number): boolean {
  if (!secret || secret.is_disabled || secret.held_by_provider || secret.max_access_count) return false
  return secret.expires_at === undefined || Date.parse(secret.expires_at) > now
}

/** Values by path; none if reading is refused. */
async function valuesOf(
  client: Session['client'],
  vault_id: string,
  paths: readonly string[],
): Promise<ReadonlyMap<string, string>> {
  try {
    return new Map((await readMany(client, vault_id, paths)).map(({ path, value }) => [path, value]))
  } catch (error) {
    if (error instanceof Problem && ['policy.denied', 'secret.unreadable', 'resource.gone'].includes(error.code)) return new Map()
    throw error
  }
}
