import { type Selectable, sql } from 'kysely'
import { ERASED, type Handle } from '../db/database.ts'
import { prepared } from '../db/prepared.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import type { VaultPlace } from '../policy/facts.ts'
import { codec, orUndefined } from './codec.ts'
import { scheduleDestruction } from './keys/kek-destructions.ts'
import { vaultsReachedBy } from './policies/reachable-vaults.ts'

const { decode, encode } = codec<Selectable<Schema['vaults']>>()<Record<never, never>, 'is_system'>({
  flags: ['is_system'],
  json: [],
})

/** The columns that lists show: not its keys, nor its state before a deletion. */
const LISTED = [
  'id',
  'org_id',
  'name',
  'description',
  'created_by',
  'created_by_type',
  'is_system',
  'created_at',
  'cmek_fingerprint',
] as const
const { decode: listedOf } = codec<Pick<Selectable<Schema['vaults']>, (typeof LISTED)[number]>>()<
  Record<never, never>,
  'is_system'
>({ flags: ['is_system'], json: [] })

/** Turns rows of vaults into values, also for the stores of deleted vaults. */
export const vaultOf = decode
/** The vault of a row. */
export const placeOf = (row: { readonly vault_id: string; readonly org_id: string }): VaultPlace => ({
  id: row.vault_id,
  orgId: row.org_id,
})
export type VaultRow = ReturnType<typeof decode>
/** A vault as lists show one, without its keys. */
export type ListedVault = ReturnType<typeof listedOf>
/** The size of a vault's contents; `bytes` counts ciphertext. */
export interface VaultStats {
  readonly secrets: number
  readonly versions: number
  readonly bytes: number
}
export type VaultStore = ReturnType<typeof vaultStore>

/** Every KEK of a removed vault is destroyed as soon as the removal is certain. */
async function doomKeks(handle: Handle, { id: vaultId, orgId }: VaultPlace): Promise<void> {
  const { db } = handle
  const vault = await db
    .selectFrom('vaults')
    .select(['kek_id', 'kek_blob'])
    .where('id', '=', vaultId)
    .where('org_id', '=', orgId)
    .executeTakeFirst()
  if (!vault) return
  const former = await db.selectFrom('former_keks').select(['id', 'blob']).where('vault_id', '=', vaultId).execute()
  const keks = [{ id: vault.kek_id, blob: vault.kek_blob }, ...former]
  await scheduleDestruction(
    handle,
    keks.map(kek => ({ ...kek, org_id: orgId, vault_id: vaultId, destroy_at: 0 })),
  )
  await db.deleteFrom('former_keks').where('vault_id', '=', vaultId).execute()
}

/** The form in which names of vaults are compared: `Prod` and `prod` are equal, and so are different compositions of a letter. */
export function vaultNameKey(name: string): string {
  return name.trim().normalize('NFC').toLowerCase().normalize('NFC')
}

/** The number of secrets that one statement deletes. */
const SOME = 1000

/** Vaults. Deleted vaults that can be restored are in the store of deletions. */
export function vaultStore(handle: Handle) {
  const { db, changed } = handle
  /** Vaults that are not deleted. */
  const live = () => db.selectFrom('vaults').selectAll().where('deleted_at', 'is', null)
  const listed = (orgId: string) =>
    db.selectFrom('vaults').select(LISTED).where('deleted_at', 'is', null).where('org_id', '=', orgId)
  const inOrder = async (query: ReturnType<typeof listed>) =>
    (await query.orderBy('created_at').orderBy('id').execute()).map(listedOf)
  const reachable = prepared(handle, (_, p: { orgId: string; type: string; id: string; now: number }) =>
    listed(p.orgId)
      .where(eb =>
        eb.or([
          eb.and([eb('created_by_type', '=', p.type), eb('created_by', '=', p.id)]),
          eb.exists(
            eb
              .selectFrom('policies')
              .select('policies.id')
              .whereRef('policies.vault_id', '=', 'vaults.id')
              .where('policies.principal_type', '=', p.type)
              .where('policies.principal_id', '=', p.id)
              .where(({ or, eb }) => or([eb('policies.expires_at', 'is', null), eb('policies.expires_at', '>', p.now)])),
          ),
        ]),
      )
      .orderBy('created_at')
      .orderBy('id'),
  )

  return {
    async add(vault: VaultRow) {
      await db.insertInto('vaults').values(encode(vault)).execute()
      changed(`vault:${vault.id}`)
    },

    byId: async (orgId: string, id: string) =>
      orUndefined(await live().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(), decode),

    /** A vault of any organisation: for callers that have only an id, and learn from it whose vault it is. */
    ofAnyOrg: async (id: string) => orUndefined(await live().where('id', '=', id).executeTakeFirst(), decode),

    async update(orgId: string, id: string, { name, ...fields }: { readonly name?: string; readonly description?: string }) {
      const set = { ...fields, ...(name !== undefined && { name, name_key: vaultNameKey(name) }) }
      const vault = db.updateTable('vaults').set(set).where('org_id', '=', orgId).where('id', '=', id)
      const row = await vault.where('deleted_at', 'is', null).returningAll().executeTakeFirst()
      changed(`vault:${id}`)
      return orUndefined(row, decode)
    },

    /** A vault of the server itself. */
    async system(orgId: string, name: string) {
      const row = live().where('org_id', '=', orgId).where('name', '=', name).where('is_system', '=', 1)
      return orUndefined(await row.executeTakeFirst(), decode)
    },

    /** Whether a vault, or one other than a given vault, has this name, regardless of case. */
    async nameTaken(orgId: string, name: string, beside?: string): Promise<boolean> {
      const key = vaultNameKey(name)
      const rows = await db
        .selectFrom('vaults')
        .select(['id', 'name'])
        .where('org_id', '=', orgId)
        .where('deleted_at', 'is', null)
        .where(eb => eb.or([eb('name_key', '=', key), eb('name_key', 'is', null)]))
        .execute()
      return rows.some(row => row.id !== beside && vaultNameKey(row.name) === key)
    },

    inOrg: (orgId: string): Promise<ListedVault[]> => inOrder(listed(orgId)),

    namesInOrg: (orgId: string) =>
      db.selectFrom('vaults').select(['id', 'name']).where('org_id', '=', orgId).where('deleted_at', 'is', null).execute(),

    /** The existing vaults among these; at most ten thousand. */
    namesAmong: async (orgId: string, ids: readonly string[]) => {
      const named = db.selectFrom('vaults').select(['id', 'name']).where('org_id', '=', orgId).where('deleted_at', 'is', null)
      return ids.length === 0 ? [] : named.where('id', 'in', ids).execute()
    },

    /** Includes deleted vaults that can still be restored. */
    everyInOrg: async (orgId: string) =>
      (await db.selectFrom('vaults').selectAll().where('org_id', '=', orgId).orderBy('id').execute()).map(decode),

    createdBy: (orgId: string, type: string, id: string): Promise<ListedVault[]> =>
      inOrder(listed(orgId).where('created_by_type', '=', type).where('created_by', '=', id)),

    /** The same for several agents at once, only the ids: see `vaultsReachedBy`. */
    reachedBy: vaultsReachedBy(handle),

    /** Vaults that the principal created, or in which it has a policy that has not expired. */
    reachable: async (orgId: string, type: string, id: string, now: number): Promise<ListedVault[]> =>
      (await reachable({ orgId, type, id, now })).rows.map(listedOf),

    /**
     * The contents of the next secrets of a vault by path, up to a limit, without deleted ones; `bytes` counts ciphertext. `last` is the
     * path after which to continue; undefined if these were the last.
     */
    async statsAfter(
      vault: VaultPlace,
      after: string,
      limit: number,
    ): Promise<VaultStats & { readonly last: string | undefined }> {
      const path = handle.engine === 'postgres' ? sql<string>`s.path COLLATE "C"` : sql<string>`s.path`
      const next = db
        .selectFrom('secrets as s')
        .select(['s.id', path.as('path')])
        .where('s.vault_id', '=', vault.id)
        .where(path, '>', after)
        .orderBy(path)
        .limit(limit)
      const row = await db
        .selectFrom(next.as('next'))
        .leftJoin('secret_versions as v', on => on.onRef('v.secret_id', '=', 'next.id').on('v.deleted_at', 'is', null))
        .select(({ fn }) => [
          fn.count('next.id').distinct().as('seen'),
          fn.max('next.path').as('last'),
          fn.count('v.secret_id').distinct().as('secrets'),
          fn.count('v.version').as('versions'),
          fn.sum(fn<number>('length', ['v.ciphertext'])).as('bytes'),
        ])
        .executeTakeFirstOrThrow()
      const [secrets, versions, bytes] = [Number(row.secrets), Number(row.versions), Number(row.bytes ?? 0)]
      return { secrets, versions, bytes, last: Number(row.seen) < limit ? undefined : row.last }
    },

    /** Removes the vault with everything in it; the audit log is kept. False if it no longer exists. */
    async remove(orgId: string, id: string): Promise<boolean> {
      const vault = db.selectFrom('vaults').select('id').where('id', '=', id).where('org_id', '=', orgId)
      // This waits for anyone who is writing into the vault; later writers wait and then find no vault.
      if (!(await lockRows(handle, vault).executeTakeFirst())) return false
      const secrets = db.selectFrom('secrets').select('id').where('vault_id', '=', id)
      // Counted in the database, so the ids are not all transferred.
      const locked = lockRows(handle, secrets.orderBy('id')).as('locked')
      await db
        .selectFrom(locked)
        .select(({ fn }) => fn.countAll().as('count'))
        .execute()
      // In parts, so the time of a statement does not depend on the number of secrets.
      for (;;) {
        const ids = (await secrets.orderBy('id').limit(SOME).execute()).map(row => row.id)
        if (ids.length === 0) break
        await db.deleteFrom('secret_versions').where('secret_id', 'in', ids).execute()
        await db.deleteFrom('secrets').where('id', 'in', ids).where('vault_id', '=', id).execute()
      }
      await db.deleteFrom('policies').where('vault_id', '=', id).execute()
      await doomKeks(handle, { id, orgId })
      changed(ERASED)
      const gone = db.deleteFrom('vaults').where('id', '=', id).where('org_id', '=', orgId)
      const { numDeletedRows } = await gone.executeTakeFirst()
      changed(`vault:${id}`)
      return numDeletedRows === 1n
    },
  }
}
