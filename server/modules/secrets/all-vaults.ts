import type { QueryOf, ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { listAllSecrets } from '../../../src/contract/secrets/all-secrets.ts'
import { patternSet } from '../../../src/path-pattern.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { keyCursor, PAGE_ITEMS, pageOf } from '../../http/paging.ts'
import { filterInSlices, inSlices } from '../../http/slices.ts'
import { seesAll } from '../../policy/caller.ts'
import { hasEnded } from '../../policy/decide.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import { DAY_MS } from '../../stores/audit/days.ts'
import type { LastRead } from '../../stores/audit/secret-reads.ts'
import type { SecretStore, VersionSummary } from '../../stores/secrets.ts'
import type { ListedVault } from '../../stores/vaults.ts'
import { type ReadableVaultsDeps, readableVaults } from './readable-vaults.ts'

export interface AllVaultsDeps extends ReadableVaultsDeps {
  readonly database: Database<{ secrets: SecretStore; audit: AuditStore }>
  readonly record: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

type Listed = ReplyOf<typeof listAllSecrets>['secrets'][number]
type Page = ReplyOf<typeof listAllSecrets>
type Query = QueryOf<typeof listAllSecrets>

/** The number of rows fetched at once. */
const BATCH = 1000
/** The number of rows that one request checks; the caller may be allowed to read only few of them. */
const MOST_LOOKED_AT = 20_000
/** The same if all of them are checked before the first is returned. */
const MOST_SORTED_FROM = 100_000
/** The number of days in which readers are counted. */
const DAYS = 90

export type SecretsOfAllVaults = ReturnType<typeof secretsOfAllVaults>

/** The secrets of all vaults, with age, expiry and readers: exactly what the lists of the vaults show. */
export function secretsOfAllVaults({ database, record, clock, ...deps }: AllVaultsDeps) {
  const { vaultsOf, readable } = readableVaults(deps)

  return async (grant: Grant<'secret.list-all'>, query: Query): Promise<Page> => {
    const { sort = 'vault' } = query
    const page = await (sort === 'vault' ? byVault(grant, query) : sorted(grant, query, sort))
    const details = { count: page.secrets.length, ...(query.vault_id !== undefined && { vault_id: query.vault_id }) }
    await record([grantEvent(grant, 'secret.list', { resourceType: 'org', resourceId: grant.orgId, details })])
    return page
  }

  /** The vaults that the caller can list: all, or the requested one. */
  async function vaultsIn(grant: Grant<'secret.list-all'>, { vault_id: only }: Query) {
    const vaults = await vaultsOf(grant)
    return only === undefined ? vaults : vaults.filter(({ id }) => id === only)
  }

  async function byVault(grant: Grant<'secret.list-all'>, query: Query) {
    const { limit = PAGE_ITEMS, cursor } = query
    const [at = '', after] = keyCursor.read(cursor)?.split(' ') ?? []
    const secrets: Listed[] = []
    let looked = 0
    for (const vault of await vaultsIn(grant, query)) {
      if (vault.id < at) continue
      for (let from = vault.id === at ? after : undefined; ; ) {
        const batch = await nextOf(grant, vault, from, Math.min(BATCH, limit + 1 - secrets.length))
        for (const secret of batch.secrets) {
          const last = secrets.at(-1)
          if (last && secrets.length === limit) return { secrets, next_cursor: keyCursor.of(`${last.vault_id} ${last.path}`) }
          secrets.push(secret)
        }
        looked += batch.looked
        from = batch.after
        if (from === undefined) break
        if (looked >= MOST_LOOKED_AT) return { secrets, next_cursor: keyCursor.of(`${vault.id} ${from}`) }
      }
    }
    return { secrets }
  }

  async function sorted(grant: Grant<'secret.list-all'>, query: Query, sort: keyof typeof KEYS): Promise<Page> {
    const key = KEYS[sort]
    const all: Listed[] = []
    let looked = 0
    for (const vault of await vaultsIn(grant, query)) {
      for (let after: string | undefined; ; ) {
        const batch = await nextOf(grant, vault, after, BATCH)
        all.push(...batch.secrets)
        looked += batch.looked
        if (all.length > MOST_LOOKED_AT || looked > MOST_SORTED_FROM) {
          throw new Problem('request.too-broad', `More than ${MOST_LOOKED_AT} secrets cannot be sorted by this; use sort=vault.`)
        }
        after = batch.after
        if (after === undefined) break
      }
    }
    const ordered = all.toSorted(
      (one, other) => compare(key(one), key(other)) || compare(one.path, other.path) || compare(one.id, other.id),
    )
    const { items, ...next } = pageOf(ordered, query, ({ id }) => id)
    return { secrets: [...items], ...next }
  }

  /** The next rows of a vault that the caller can read; `after` is undefined if these were the last. */
  async function nextOf(
    all: Grant<'secret.list-all'>,
    { id: vaultId, name }: ListedVault,
    after: string | undefined,
    limit: number,
  ) {
    const grant = await readable(all, vaultId)
    if (!grant) return { secrets: [], looked: 0, after: undefined }
    const { mayRead, vault } = grant.resource
    const now = clock()
    const { rows, reads } = await database.read(async ({ secrets, audit }) => {
      const batch = await secrets.list(vault, { prefix: '', heads: mayRead.heads, after, limit })
      const whose = seesAll(all.actor) ? undefined : all.actor
      const found = await audit.lastReadsOf(
        batch.map(({ id }) => id),
        Math.floor(now / DAY_MS) - DAYS + 1,
        whose,
      )
      return { rows: batch, reads: new Map(found.map(row => [row.secret_id, row])) }
    })
    const isCovered = patternSet(vault.policies.filter(policy => !hasEnded(policy, now)).map(({ pattern }) => pattern))
    const secrets: Listed[] = []
    await inSlices(await filterInSlices(rows, ({ path }) => mayRead(path)), row => {
      secrets.push(bodyOf(row, name, reads.get(row.id), isCovered(row.path)))
    })
    return { secrets, looked: rows.length, after: rows.length < limit ? undefined : rows.at(-1)?.path }
  }
}

const LAST = '~'
const KEYS: Readonly<Record<Exclude<NonNullable<Query['sort']>, 'vault'>, (secret: Listed) => string>> = {
  path: ({ path }) => path,
  created_at: secret => secret.created_at,
  expires_at: secret => secret.expires_at ?? LAST,
  last_read_at: secret => secret.last_read_at ?? '',
}

function compare(one: string, other: string): number {
  return one < other ? -1 : one > other ? 1 : 0
}

function bodyOf(row: VersionSummary, vault: string, reads: LastRead | undefined, covered: boolean): Listed {
  const instant = (at: number) => new Date(at).toISOString()
  return {
    id: row.id,
    vault_id: row.vault_id,
    vault_name: vault,
    path: row.path,
    type: row.type,
    version: row.version,
    created_at: instant(row.created_at),
    ...(row.expires_at !== null && { expires_at: instant(row.expires_at) }),
    ...(row.is_disabled && { is_disabled: true }),
    ...(row.max_access_count > 0 && { max_access_count: row.max_access_count, access_count: row.access_count }),
    has_policy: covered,
    ...(reads && { last_read_at: instant(Number(reads.last_at)) }),
    readers: Number(reads?.readers ?? 0),
  }
}
