import { createHash } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { LARGE_REPLIES, lane, laneOnceLarge, SMALL_PAGE } from '../../http/bounds/lane.ts'
import type { PageQuery } from '../../http/paging.ts'
import { filterInSlices } from '../../http/slices.ts'
import { denied } from '../../policy/denial.ts'
import { grantEvent, type NewEvent } from '../../policy/event.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { SecretStore, Usability, VersionRow, VersionSummary } from '../../stores/secrets.ts'
import { secretEvent } from './events.ts'
import { type SecretPage, secretPages } from './listing.ts'
import { newestVersions } from './newest.ts'
import { type UnsealDeps, type UnsealStores, unsealer } from './opening.ts'
import { ensureUsable, ensureVisible, isHiddenFrom, unknownSecret, unknownVersion, whyUnusable } from './usable.ts'

/** The maximum number of secrets, and of bytes of sealed values, that one request can open. */
const MAX_AT_ONCE = 500
const MAX_BYTES_AT_ONCE = 20 * 1024 * 1024
/** Above this, only few requests have their values in memory at the same time. Smaller ones do not wait, and share commits. */
const LARGE_BYTES = 256 * 1024

export interface ReadingDeps extends UnsealDeps {
  readonly database: Database<UnsealStores & { secrets: SecretStore; audit: AuditStore }>
  /** Resolves when the events are committed. */
  readonly recordReads: (events: readonly NewEvent[]) => Promise<void>
  readonly clock: () => number
}

/** A version and its value. */
export interface Opened {
  readonly row: VersionSummary
  readonly value: string
}

/** See `laneOnceLarge`. */
type Enter = () => Promise<void>

export type SecretReading = ReturnType<typeof secretReading>

/**
 * Reads secrets. A value is opened only after its read event is committed, and a limited read is counted in the same transaction, so no
 * value leaves unrecorded.
 */
export function secretReading(deps: ReadingDeps) {
  const { database, recordReads, clock } = deps
  const unseal = unsealer(deps)

  async function reveal(grant: Grant<'secret.read'>, found: VersionRow | undefined): Promise<Opened> {
    const row = ensureUsable(found, clock())
    ensureVisible(grant.actor, row.type)
    if (row.max_access_count > 0) await account(grant, [row], 'refuse')
    else await recordReads([secretEvent(grant, 'secret.read', row)])
    return opened(grant.resource.vault, row)
  }

  /**
   * Commits the events of these reads; for limited versions together with their counts. A version whose last read was just used by another
   * request causes a problem, or is left out. Returns the rows that can be opened.
   */
  async function account(
    grant: Grant<'secret.read' | 'secret.read-many'>,
    rows: readonly VersionRow[],
    spent: 'refuse' | 'leave-out',
  ): Promise<readonly VersionRow[]> {
    const eventsOf = (read: readonly VersionRow[]) => read.map(row => secretEvent(grant, 'secret.read', row))
    const counted = rows.filter(row => row.max_access_count > 0)
    if (counted.length === 0) {
      await recordReads(eventsOf(rows))
      return rows
    }
    return database.run(async ({ secrets, audit }) => {
      const now = clock()
      const late = new Set<VersionRow>()
      for (const row of counted) if (!(await secrets.countAccess(grant.resource.vault, row.id, row.version, now))) late.add(row)
      const [first] = late
      if (first && spent === 'refuse') {
        throw new Problem('resource.gone', `The secret at ${first.path} has reached its read limit, or has just expired.`)
      }
      const read = rows.filter(row => !late.has(row))
      await audit.append(eventsOf(read), now)
      return read
    })
  }

  /** A value that was first stored without a type, and later as a signing key, is probably that key. */
  async function ensureNoKeySince({ actor, resource: { vault, path } }: Grant<'secret.read'>, version: number): Promise<void> {
    if (actor.type !== 'agent' || !actor.intentsEnabled) return
    const rows = await database.read(({ secrets }) => secrets.versions(vault, path))
    for (const row of rows) if (row.version > version) ensureVisible(actor, row.type)
  }

  function opened(vault: VaultFacts, row: VersionRow): Opened | Promise<Opened> {
    const value = unseal(vault, row)
    return typeof value === 'string' ? { row, value } : value.then(opened => ({ row, value: opened }))
  }

  const newest = newestVersions(database)
  const large = lane(LARGE_REPLIES)
  const listed = secretPages((vault, range) => database.read(({ secrets }) => secrets.list(vault, range)))

  return {
    async latest(grant: Grant<'secret.read'>): Promise<Opened> {
      const { vault, path } = grant.resource
      return reveal(grant, await newest.one(vault, path))
    },

    async version(grant: Grant<'secret.read'>, version: number): Promise<Opened> {
      const { vault, path } = grant.resource
      await ensureNoKeySince(grant, version)
      const found = await database.read(({ secrets }) => secrets.version(vault, path, version))
      if (!found) throw unknownVersion(version)
      return reveal(grant, found)
    },

    async versions(grant: Grant<'secret.read'>): Promise<VersionSummary[]> {
      const { vault, path } = grant.resource
      const rows = await database.read(({ secrets }) => secrets.versions(vault, path))
      const [newest] = rows
      if (!newest) throw unknownSecret()
      await recordReads([secretEvent(grant, 'secret.list', newest)])
      return rows.filter(row => row.deleted_at === null)
    },

    /** A text that changes with the result of `list` for the caller. Calling this records nothing. */
    async state({ actor, resource: { vault, mayRead } }: Grant<'secret.list'>): Promise<string> {
      const change = await database.read(({ audit }) => audit.lastChange(actor.orgId, vault.id))
      const seen = [vault.id, change, actor.type, actor.id, mayRead.basis()].join('\n')
      return createHash('sha256').update(seen).digest('base64url')
    },

    /** A page of the secrets that the caller may read, by path. */
    async list(grant: Grant<'secret.list'>, prefix: string, page: PageQuery): Promise<SecretPage<VersionSummary>> {
      const { vault, mayRead } = grant.resource
      const found = await listed(vault, mayRead, prefix, page)
      const details = { prefix, count: found.rows.length }
      await recordReads([
        grantEvent(grant, 'secret.list', { resourceType: 'vault', resourceId: vault.id, vaultId: vault.id, details }),
      ])
      return found
    },

    /** All of the paths, or a problem that names the failing one. */
    paths: (grant: Grant<'secret.read-many'>, wanted: readonly string[]): Promise<Opened[]> =>
      laneOnceLarge(large, grant.orgId, enter => openPaths(grant, wanted, enter)),

    /** Everything under the prefix that the caller can currently read. */
    prefix: (grant: Grant<'secret.read-many'>, prefix: string): Promise<Opened[]> =>
      laneOnceLarge(large, grant.orgId, enter => openPrefix(grant, prefix, enter)),
  }

  async function openPaths(grant: Grant<'secret.read-many'>, wanted: readonly string[], enter: Enter): Promise<Opened[]> {
    const { vault, mayRead, whyReadable } = grant.resource
    const unreadable = wanted.find(path => !mayRead(path))
    if (unreadable !== undefined) {
      const attempted = { path: unreadable }
      throw denied(whyReadable(unreadable), `Insufficient permissions for ${unreadable}`, { attempted })
    }
    if (wanted.length > SMALL_PAGE) await enter()
    const found = await newest.many(vault, wanted, { isWanted: () => true, measure: bytes => measure(bytes, enter) })
    const byPath = new Map(found.map(row => [row.path, row]))
    const rows = [...new Set(wanted)].map(path => usableAt(path, byPath.get(path)))
    for (const row of rows) ensureVisible(grant.actor, row.type)
    return openAll(grant, rows, 'refuse')
  }

  async function openPrefix(grant: Grant<'secret.read-many'>, prefix: string, enter: Enter): Promise<Opened[]> {
    const { vault, mayRead } = grant.resource
    const isWanted = (row: Usability) => !whyUnusable(row, clock()) && !isHiddenFrom(grant.actor, row.type)
    const rows: VersionRow[] = []
    for (let after: string | undefined; ; ) {
      const range = { prefix, heads: mayRead.heads, after, limit: MAX_AT_ONCE + 1 }
      const batch = await database.read(({ secrets }) => secrets.names(vault, range))
      const paths = (await filterInSlices(batch, ({ path }) => mayRead(path))).map(({ path }) => path)
      if (rows.length + paths.length > SMALL_PAGE) await enter()
      const some = await newest.many(vault, paths, { isWanted, measure: more => measure(more + bytesOf(rows), enter) })
      // If it was written again since it was listed, it could have a different type.
      rows.push(...some.filter(isWanted))
      if (rows.length > MAX_AT_ONCE) throw tooMany()
      after = batch.at(-1)?.path
      if (batch.length < range.limit) break
    }
    return openAll(grant, rows, 'leave-out')
  }

  function usableAt(path: string, row: VersionRow | undefined): VersionRow {
    if (!row) throw new Problem('resource.unknown', `There is no secret at ${path}.`)
    return ensureUsable(row, clock(), `${path}: `)
  }

  async function openAll(
    grant: Grant<'secret.read-many'>,
    rows: readonly VersionRow[],
    spent: 'refuse' | 'leave-out',
  ): Promise<Opened[]> {
    const read = await account(grant, rows, spent)
    return Promise.all(read.map(row => opened(grant.resource.vault, row)))
  }
}

/** Waits for a place in the lane if the values are large. @throws Problem `request.too-large` */
async function measure(bytes: number, enter: Enter): Promise<void> {
  if (bytes > MAX_BYTES_AT_ONCE) throw tooMany()
  if (bytes > LARGE_BYTES) await enter()
}

function bytesOf(rows: readonly VersionRow[]): number {
  return rows.reduce((sum, { ciphertext }) => sum + ciphertext.length, 0)
}

function tooMany(): Problem {
  return new Problem(
    'request.too-large',
    `More than ${MAX_AT_ONCE} secrets or 20 MiB at once. Narrow the request with prefix or paths.`,
  )
}
