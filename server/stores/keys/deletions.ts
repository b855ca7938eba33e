import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import { orUndefined } from '../codec.ts'
import { vaultNameKey, vaultOf } from '../vaults.ts'
import { secretIn } from './version-endings.ts'

export type DeletionStore = ReturnType<typeof deletionStore>

/** A secret with versions whose time to be restored is over. */
export interface Lapsed {
  readonly id: string
  readonly path: string
  readonly vault_id: string
  readonly org_id: string
}

/** What was deleted and can still be restored, and the end of it. */
export function deletionStore(handle: Handle) {
  const { db, changed } = handle
  const deletedVaults = () => db.selectFrom('vaults').selectAll().where('deleted_at', 'is not', null)

  /** A secret that has no version left is none any more; its shares go with it. */
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

  async function count(query: { executeTakeFirst(): Promise<{ numDeletedRows: bigint }> }): Promise<number> {
    return Number((await query.executeTakeFirst()).numDeletedRows)
  }

  const versionsOf = (vault: VaultPlace, secretId: string) =>
    db.deleteFrom('secret_versions').where('secret_id', 'in', secretIn(db, vault, secretId))

  return {
    deletedVault: async (orgId: string, id: string) =>
      orUndefined(await deletedVaults().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(), vaultOf),

    /** Of whichever organisation: for what has only an id, and finds out by it whose vault it was. */
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
     * Takes a vault away with all that is in it, so that it can be restored: the rows stay, its shares end, its name is free. False when
     * it is gone already.
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

    /** Throws a unique violation when the name is another vault's by now. False when it is not deleted any more. */
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

    /** Brings back what went with one deletion. How many versions. */
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

    /** The whole secret, deleted or not. How many versions. */
    async purgeSecret(vault: VaultPlace, secretId: string): Promise<number> {
      const versions = await count(versionsOf(vault, secretId))
      await forgetEmpty(vault, secretId)
      return versions
    },

    /** Versions that were deleted before an instant, of one secret. How many. */
    async purgeLapsed(vault: VaultPlace, secretId: string, before: number): Promise<number> {
      const versions = await count(versionsOf(vault, secretId).where('deleted_at', '<=', before))
      await forgetEmpty(vault, secretId)
      return versions
    },

    /** All but the newest versions. How many. */
    async purgeOldVersions(vault: VaultPlace, secretId: string, keep: number): Promise<number> {
      const kept = db
        .selectFrom('secret_versions')
        .select('version')
        .where('secret_id', '=', secretId)
        .orderBy('version', 'desc')
        .limit(keep)
      const oldest = (await kept.execute()).at(-1)?.version ?? 0
      const versions = await count(versionsOf(vault, secretId).where('version', '<', oldest))
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
