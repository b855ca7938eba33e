import { type Selectable, sql } from 'kysely'
import { Problem } from '../../src/problem.ts'
import type { Handle } from '../db/database.ts'
import { pick, prepared } from '../db/prepared.ts'
import type { Schema } from '../db/schema/schema.ts'
import { withoutIndex } from '../db/without-index.ts'
import type { VaultPlace } from '../policy/facts.ts'
import type { AuditKeys } from './audit/mac.ts'
import { codec, orUndefined } from './codec.ts'
import { nextVersions } from './keys/next-versions.ts'
import { changedOutside, type Placed, placeMacs } from './keys/place-mac.ts'
import { KEPT, SEALED, SUMMARY, USABLE, type Usable, VERSION, type Version } from './keys/version-columns.ts'
import { secretEndings, secretIn } from './keys/version-endings.ts'

type Joined = Pick<Selectable<Schema['secrets']>, 'id' | 'path' | 'vault_id'> & Omit<Version, 'secret_id'>
type Sealed = 'ciphertext' | 'wrapped_dek' | 'kek_id' | 'bound_kek_id'

const FLAGS = { flags: ['is_disabled'], json: [] } as const
const stored = codec<Version>()<Record<never, never>, 'is_disabled'>(FLAGS)
const { decode: rowOf } = codec<Joined>()<Record<never, never>, 'is_disabled'>(FLAGS)
const { decode: usabilityOf } = codec<Pick<Joined, Usable>>()<Record<never, never>, 'is_disabled'>(FLAGS)
const { decode: summaryOf } = codec<Omit<Joined, Sealed>>()<Record<never, never>, 'is_disabled'>(FLAGS)

/** The columns with which a row of a version is checked, in addition to its id and path. */
const PROOF = ['s.latest_version', 's.mac'] as const
type Proof = Pick<Selectable<Schema['secrets']>, 'latest_version' | 'mac'>

export type SecretStore = ReturnType<typeof secretStore>
/** A sealed version in the form in which it is written. */
export type NewVersion = ReturnType<typeof stored.decode>
export type VersionRow = ReturnType<typeof rowOf>
/** What decides whether a version can be read. */
export type Usability = ReturnType<typeof usabilityOf>
/**
 * A version without its value. `metadata` and `rotation_policy` are the stored text, for `objectIn`: lists read more rows than they return,
 * and leave long metadata out by its length; copies and next versions take the text unchanged. Decoding them here would slow every read for
 * few replies.
 */
export type VersionSummary = ReturnType<typeof summaryOf>

/** The object in a text column that is decoded only if it is returned. An empty column is an empty object. */
export function objectIn(text: string | null): Record<string, unknown> {
  return text === null ? {} : (JSON.parse(text) as Record<string, unknown>)
}

/** Greater than every character of a path. */
const AFTER_PATHS = '~'
/** More first segments than this are not worth a condition each. */
const MAX_HEADS = 20

/** One path of one vault. */
export interface SecretPlace {
  readonly vault: VaultPlace
  readonly path: string
}

/** The columns of some rows. */
type Places = { readonly vaultIds: readonly string[]; readonly paths: readonly string[] }

function columnsOf(places: readonly SecretPlace[]): Places {
  return { vaultIds: places.map(({ vault }) => vault.id), paths: places.map(({ path }) => path) }
}

function isAt({ vaultIds, paths }: Places) {
  return sql<boolean>`(s.vault_id, s.path) IN (SELECT * FROM unnest(${vaultIds}::text[], ${paths}::text[]))`
}

/** Which paths of a vault to list. */
export interface PathRange {
  /** Empty for all. */
  readonly prefix: string
  /** First segments; a path must start with one of them. Undefined for any. */
  readonly heads?: readonly string[] | undefined
  /** Only paths after this one. */
  readonly after?: string | undefined
  readonly limit: number
}

/**
 * Secrets and their versions, sealed as they are stored. Methods that return values, or a row to write to, throw Problem
 * `secret.unreadable` for a secret whose path or newest version was changed by somebody else; lists of names do not check this.
 */
export function secretStore(handle: Handle, auditKeys: AuditKeys) {
  const { db, changed } = handle
  const macs = placeMacs(auditKeys)
  /** Rows of one secret or of several, grouped by secret. */
  const proven = <Row extends Placed & Proof>(vault: VaultPlace, rows: readonly Row[]): readonly Row[] => {
    let last: string | undefined
    for (const row of rows) {
      if (row.id !== last) macs.ensure(vault, row)
      last = row.id
    }
    return rows
  }
  const every = (vault: VaultPlace, path: string) =>
    db
      .selectFrom('secrets as s')
      .innerJoin('secret_versions as v', 'v.secret_id', 's.id')
      .select(SUMMARY)
      .select(PROOF)
      .where('s.vault_id', '=', vault.id)
      .where('s.path', '=', path)
  const newest = () =>
    db
      .selectFrom('secrets as s')
      .innerJoin('secret_versions as v', join =>
        join.onRef('v.secret_id', '=', 's.id').onRef('v.version', '=', 's.latest_version'),
      )

  /** Compared by code point, independently of the database's language. */
  const path = handle.engine === 'postgres' ? sql<string>`s.path COLLATE "C"` : sql<string>`s.path`

  /** With one parameter for all paths, so that the text of the statement is always the same. */
  const isOneOf = (paths: readonly string[]) =>
    handle.engine === 'postgres'
      ? sql<boolean>`s.path = ANY(${paths}::text[])`
      : sql<boolean>`s.path IN (SELECT value FROM json_each(${JSON.stringify(paths)}))`

  /** What exists, or what was deleted after an instant. */
  const inRange = (vault: VaultPlace, { prefix, heads, after, limit }: PathRange, deletedSince?: number) =>
    newest()
      // Deleted secrets are found by their time of deletion, without scanning the whole vault.
      .where(deletedSince === undefined ? 's.vault_id' : withoutIndex('s.vault_id'), '=', vault.id)
      .where(eb => (deletedSince === undefined ? eb('v.deleted_at', 'is', null) : eb('v.deleted_at', '>', deletedSince)))
      .$if(prefix !== '', query => query.where(path, '>=', prefix).where(path, '<', prefix + AFTER_PATHS))
      .$if(after !== undefined, query => query.where(path, '>', after ?? ''))
      .$if(heads !== undefined && heads.length <= MAX_HEADS, query =>
        query.where(({ or, and, eb }) =>
          or((heads ?? []).map(head => or([eb(path, '=', head), and([eb(path, '>', `${head}/`), eb(path, '<', `${head}0`)])]))),
        ),
      )
      .orderBy(path)
      .limit(limit)

  const latest = prepared(handle, (_, at: { vaultId: string; path: string }) =>
    newest().select(SUMMARY).select(SEALED).select(PROOF).where('s.vault_id', '=', at.vaultId).where('s.path', '=', at.path),
  )
  const latestAt = prepared(handle, (_, at: Places) => newest().select(SUMMARY).select(SEALED).select(PROOF).where(isAt(at)))
  const head = prepared(handle, (_, at: { vaultId: string; path: string }) =>
    newest()
      .select(['s.id', 's.path', ...PROOF, ...KEPT])
      .where('s.vault_id', '=', at.vaultId)
      .where('s.path', '=', at.path),
  )
  const headAt = prepared(handle, (_, at: Places) =>
    newest()
      .select(['s.id', 's.vault_id', 's.path', ...PROOF, ...KEPT])
      .where(isAt(at)),
  )
  /** The row at each place; instead of a row that was changed from outside, its problem. */
  const inOrder = <Row extends Placed & Proof & { vault_id: string }>(places: readonly SecretPlace[], rows: readonly Row[]) => {
    const found = new Map(rows.map(row => [`${row.vault_id}/${row.path}`, row]))
    return places.map(({ vault, path }) => {
      const row = found.get(`${vault.id}/${path}`)
      return row && !macs.isRight(vault, row) ? changedOutside(row.id) : row
    })
  }

  const addVersion = prepared(handle, (queries, row: Version) => queries.insertInto('secret_versions').values(pick(row, VERSION)))

  return {
    latest: async (vault: VaultPlace, path: string) =>
      orUndefined(proven(vault, (await latest({ vaultId: vault.id, path })).rows)[0], rowOf),

    /**
     * Like `latest` for places in several vaults, in their order; instead of a row that was changed from outside, its problem. PostgreSQL
     * only, because SQLite has no arrays.
     */
    async latestAt(places: readonly SecretPlace[]): Promise<(VersionRow | Problem | undefined)[]> {
      const { rows } = await latestAt(columnsOf(places))
      return inOrder(places, rows).map(row => (row instanceof Problem ? row : row && rowOf(row)))
    },

    /** Like `head`, in the same form. */
    headAt: async (places: readonly SecretPlace[]) => inOrder(places, (await headAt(columnsOf(places))).rows),

    /** The place of a secret; undefined for an unknown id. It can be in any organisation: the vault tells whose it is. */
    placeOfAnyOrg: (id: string) =>
      db.selectFrom('secrets').select(['vault_id as vaultId', 'path']).where('id', '=', id).executeTakeFirst(),

    /** Like `latest`, by the id, which is the same for all versions. */
    latestById: async (vault: VaultPlace, id: string) => {
      const row = newest().select(SUMMARY).select(SEALED).select(PROOF).where('s.id', '=', id).where('s.vault_id', '=', vault.id)
      return orUndefined(proven(vault, await row.execute())[0], rowOf)
    },

    async version(vault: VaultPlace, path: string, version: number) {
      const row = every(vault, path).select(SEALED).where('v.version', '=', version)
      return orUndefined(proven(vault, await row.execute())[0], rowOf)
    },

    /** Newest first. Includes deleted versions, because the caller must distinguish deleted ones from those that never existed. */
    versions: async (vault: VaultPlace, path: string) =>
      proven(vault, await every(vault, path).orderBy('v.version', 'desc').execute()).map(summaryOf),

    /** The same, with sealed values. */
    everyVersion: async (vault: VaultPlace, path: string) =>
      proven(vault, await every(vault, path).select(SEALED).orderBy('v.version', 'desc').execute()).map(rowOf),

    /**
     * The next existing secrets in the vaults that a principal has created, without values: the newest version of each path that is not
     * deleted.
     */
    inVaultsOf: (
      orgId: string,
      userId: string,
      {
        after,
        limit,
      }: { readonly after: { readonly vaultId: string; readonly path: string } | undefined; readonly limit: number },
    ) =>
      newest()
        .select(['s.vault_id', 's.path', 'v.type', 'v.version', 'v.created_at'])
        .where('s.vault_id', 'in', eb =>
          eb
            .selectFrom('vaults')
            .select('vaults.id')
            .where('vaults.org_id', '=', orgId)
            .where('vaults.created_by_type', '=', 'user')
            .where('vaults.created_by', '=', userId)
            .where('vaults.deleted_at', 'is', null),
        )
        .where('v.deleted_at', 'is', null)
        .$if(after !== undefined, query =>
          query.where(({ or, and, eb }) => {
            const { vaultId, path: last } = after as NonNullable<typeof after>
            return or([eb('s.vault_id', '>', vaultId), and([eb('s.vault_id', '=', vaultId), eb(path, '>', last)])])
          }),
        )
        .orderBy('s.vault_id')
        .orderBy(path)
        .limit(limit)
        .execute(),

    /** The newest versions of the next paths in a range that are not deleted, by path. */
    list: async (vault: VaultPlace, range: PathRange) => (await inRange(vault, range).select(SUMMARY).execute()).map(summaryOf),

    /** Paths whose newest version was deleted after an instant, by path. */
    deleted: (vault: VaultPlace, range: PathRange, since: number) =>
      inRange(vault, range, since)
        .select(['s.id', 's.path', 'v.type', 'v.version', 'v.deleted_at', 'v.deleted_by'])
        .$narrowType<{ deleted_at: number }>()
        .execute(),

    /** The same as `list`, but only their names. */
    names: (vault: VaultPlace, range: PathRange) => inRange(vault, range).select(['s.id', 's.path', 'v.type']).execute(),

    /** The newest versions of these paths, and the sealed size of each. */
    async sizesOf(vault: VaultPlace, paths: readonly string[]) {
      const rows = newest()
        .select(USABLE)
        .select(eb => eb.fn<number>('length', ['v.ciphertext']).as('bytes'))
        .where('s.vault_id', '=', vault.id)
        .where(isOneOf(paths))
      return (await rows.execute()).map(row => ({ ...usabilityOf(row), bytes: Number(row.bytes) }))
    },

    /** Like `latest`, for many paths at once. */
    async latestOf(vault: VaultPlace, paths: readonly string[]) {
      const rows = newest().select(SUMMARY).select(SEALED).select(PROOF).where('s.vault_id', '=', vault.id).where(isOneOf(paths))
      return proven(vault, await rows.orderBy(path).execute()).map(rowOf)
    },

    /** The row from which a write starts; undefined for a path that was never written. */
    head: async (vault: VaultPlace, path: string) => proven(vault, (await head({ vaultId: vault.id, path })).rows)[0],

    ...nextVersions(handle, macs),

    ...secretEndings(handle),

    async addVersion(version: NewVersion) {
      await addVersion(stored.encode(version))
    },

    /** Counts one read of a version with a limit. False if it was used up, or ended in another way, in the meantime. */
    async countAccess(vault: VaultPlace, secretId: string, version: number, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set(eb => ({ access_count: eb('access_count', '+', 1) }))
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('version', '=', version)
        .whereRef('access_count', '<', 'max_access_count')
        .where('is_disabled', '=', 0)
        .where('deleted_at', 'is', null)
        .where(eb => eb.or([eb('expires_at', 'is', null), eb('expires_at', '>', now)]))
        .executeTakeFirst()
      changed(`secret:${secretId}`)
      return numUpdatedRows === 1n
    },
  }
}
