import { ERASED, type Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import { orUndefined } from '../codec.ts'
import { vaultNameKey, vaultOf } from '../vaults.ts'
import { secretIn } from './version-endings.ts'

export type DeletionStore = ReturnType<typeof deletionStore>

/** A secret with versions whose retention period is over. */
export interface Lapsed {
  readonly id: string
  readonly path: string
  readonly vault_id: string
  readonly org_id: string
}

/** Deletes, restores and purges. */
export function deletionStore(handle: Handle) {
  const { db, changed } = handle
  const deletedVaults = () => db.selectFrom('vaults').selectAll().where('deleted_at', 'is not', null)

  /** A secret without versions is removed, and its shares with it. */
  async function forgetEmpty(vault: VaultPlace, secretId: string): Promise<void> {
    const gone = await db
      .deleteFrom('secrets')
      .where('id', '=', secretId)
      .where('vault_id', '=', vault.id)
      .where(({ not, exists, selectFrom }) =>
        not(exists(selectFrom('secret_versions').select('version').where('secret_id', '=', secretId))),
      )
      .returning('path')
      .executeTakeFirst()
    changed(`secret:${secretId}`)
    if (gone) changed(`secret-path:${vault.id}/${gone.path}`)
  }

  const versionsOf = (vault: VaultPlace, secretId: string) =>
    db.deleteFrom('secret_versions').where('secret_id', 'in', secretIn(db, vault, secretId))

  /** Returns the number of versions. */
  async function purge(versions: ReturnType<typeof versionsOf>): Promise<number> {
    const { numDeletedRows } = await versions.executeTakeFirst()
    if (numDeletedRows > 0n) changed(ERASED)
    return Number(numDeletedRows)
  }

  return {
    deletedVault: async (orgId: string, id: string) =>
      orUndefined(await deletedVaults().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(), vaultOf),

    /** A vault of any organisation: for callers that have only an id and learn the organisation from it. */
    deletedVaultOfAnyOrg: async (id: string) =>
      orUndefined(await deletedVaults().where('id', '=', id).executeTakeFirst(), vaultOf),

    deletedVaults: async (orgId: string) =>
      (await deletedVaults().where('org_id', '=', orgId).orderBy('deleted_at', 'desc').execute()).map(vaultOf),

    /** Vaults of any organisation that were deleted before an instant. */
    lapsedVaults: async (before: number, after: string, limit: number) =>
      (await deletedVaults().where('deleted_at', '<=', before).where('id', '>', after).orderBy('id').limit(limit).execute()).map(
        vaultOf,
      ),

    /**
     * Deletes a vault with everything in it, so that it can be restored: the rows are kept, its shares end, its name is free. False if it
     * is already deleted.
     */
    async deleteVault(orgId: string, id: string, now: number): Promise<boolean> {
      const live = db.selectFrom('vaults').select('name').where('id', '=', id).where('org_id', '=', orgId)
      const vault = await lockRows(handle, live.where('deleted_at', 'is', null)).executeTakeFirst()
      if (!vault) return false
      const fields = { deleted_at: now, deleted_name: vault.name, name: `deleted ${id}`, name_key: null }
      await db.updateTable('vaults').set(fields).where('id', '=', id).where('org_id', '=', orgId).execute()
      const secrets = db.selectFrom('secrets').select('id').where('vault_id', '=', id)
      await db
        .updateTable('shares')
        .set({ expires_at: now })
        .where('secret_id', 'in', secrets)
        .where('expires_at', '>', now)
        .execute()
      changed(`vault:${id}`)
      return true
    },

    /** Throws a unique violation if another vault now has the name. False if it is no longer deleted. */
    async restoreVault(orgId: string, id: string, name: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('vaults')
        .set({ name, name_key: vaultNameKey(name), deleted_at: null, deleted_name: null })
        .where('id', '=', id)
        .where('org_id', '=', orgId)
        .where('deleted_at', 'is not', null)
        .executeTakeFirst()
      changed(`vault:${id}`)
      return numUpdatedRows === 1n
    },

    /** Restores what one deletion removed. Returns the number of versions. */
    async restoreSecret(vault: VaultPlace, secretId: string, deletedAt: number): Promise<number> {
      const { numUpdatedRows } = await db
        .updateTable('secret_versions')
        .set({ deleted_at: null, deleted_by: null })
        .where('secret_id', 'in', secretIn(db, vault, secretId))
        .where('deleted_at', '=', deletedAt)
        .executeTakeFirst()
      changed(`secret:${secretId}`)
      return Number(numUpdatedRows)
    },

    /** Purges the whole secret, deleted or not. Returns the number of versions. */
    async purgeSecret(vault: VaultPlace, secretId: string): Promise<number> {
      const versions = await purge(versionsOf(vault, secretId))
      await forgetEmpty(vault, secretId)
      return versions
    },

    /** Purges versions of one secret that were deleted before an instant. Returns their number. */
    async purgeLapsed(vault: VaultPlace, secretId: string, before: number): Promise<number> {
      const versions = await purge(versionsOf(vault, secretId).where('deleted_at', '<=', before))
      await forgetEmpty(vault, secretId)
      return versions
    },

    /** Purges all but the newest versions. Returns their number. */
    async purgeOldVersions(vault: VaultPlace, secretId: string, keep: number): Promise<number> {
      const kept = db
        .selectFrom('secret_versions')
        .select('version')
        .where('secret_id', '=', secretId)
        .orderBy('version', 'desc')
        .limit(keep)
      const oldest = (await kept.execute()).at(-1)?.version ?? 0
      const versions = await purge(versionsOf(vault, secretId).where('version', '<', oldest))
      changed(`secret:${secretId}`)
      return versions
    },

    /** Secrets with versions that were deleted before an instant. */
    lapsedSecrets: (before: number, after: string, limit: number): Promise<Lapsed[]> =>
      db
        .selectFrom('secrets as s')
        .innerJoin('vaults as vault', 'vault.id', 's.vault_id')
        .select(['s.id', 's.path', 's.vault_id', 'vault.org_id'])
        .where('s.id', 'in', eb => eb.selectFrom('secret_versions').select('secret_id').where('deleted_at', '<=', before))
        .where('s.id', '>', after)
        .orderBy('s.id')
        .limit(limit)
        .execute(),
  }
}
