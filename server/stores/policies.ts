import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'

export type PolicyRow = Selectable<Schema['policies']>
export type PolicyStore = ReturnType<typeof policyStore>

export function policyStore({ db, changed }: Handle) {
  /** Policies in vaults that are not deleted. */
  const live = () =>
    db
      .selectFrom('policies')
      .selectAll()
      .where('vault_id', 'not in', eb => eb.selectFrom('vaults').select('vaults.id').where('vaults.deleted_at', 'is not', null))

  return {
    async add(policy: Insertable<Schema['policies']>) {
      await db.insertInto('policies').values(policy).execute()
      changed(`vault:${policy.vault_id}`)
    },

    inVault: (vaultId: string) =>
      db.selectFrom('policies').selectAll().where('vault_id', '=', vaultId).orderBy('created_at').orderBy('id').execute(),

    ofPrincipal: (type: string, id: string) => live().where('principal_type', '=', type).where('principal_id', '=', id).execute(),

    /** Those of an organisation that are for a principal, and those of some vaults of it. */
    about: (orgId: string, type: string, id: string, vaultIds: readonly string[]) =>
      live()
        .where('org_id', '=', orgId)
        .where(eb => {
          const own = eb.and([eb('principal_type', '=', type), eb('principal_id', '=', id)])
          return vaultIds.length === 0 ? own : eb.or([own, eb('vault_id', 'in', vaultIds)])
        })
        .orderBy('created_at')
        .orderBy('id')
        .execute(),

    /** How many policies a vault has, and how many of them are of one principal. */
    async count(vaultId: string, type: string, id: string): Promise<{ inVault: number; ofPrincipal: number }> {
      const all = db.selectFrom('policies').where('vault_id', '=', vaultId)
      const counted = all.select(({ fn }) => fn.countAll<number | string>().as('count'))
      const own = counted.where('principal_type', '=', type).where('principal_id', '=', id)
      const [inVault, ofPrincipal] = [await counted.executeTakeFirstOrThrow(), await own.executeTakeFirstOrThrow()]
      return { inVault: Number(inVault.count), ofPrincipal: Number(ofPrincipal.count) }
    },

    byId: (vaultId: string, id: string) =>
      db.selectFrom('policies').selectAll().where('vault_id', '=', vaultId).where('id', '=', id).executeTakeFirst(),

    /** Those granted under a policy, directly or by others in between. */
    async below(vaultId: string, id: string) {
      const found: PolicyRow[] = []
      for (let above = [id]; above.length > 0; ) {
        const query = db.selectFrom('policies').selectAll().where('vault_id', '=', vaultId).where('granted_under', 'in', above)
        const next = await query.orderBy('id').execute()
        found.push(...next)
        above = next.map(row => row.id)
      }
      return found
    },

    async update(vaultId: string, id: string, fields: Updateable<Schema['policies']>) {
      const row = await db
        .updateTable('policies')
        .set(fields)
        .where('vault_id', '=', vaultId)
        .where('id', '=', id)
        .returningAll()
        .executeTakeFirst()
      changed(`vault:${vaultId}`)
      return row
    },

    /** Every policy for a principal, or those in one organisation. */
    async removePrincipal(type: string, id: string, orgId?: string) {
      const all = db.deleteFrom('policies').where('principal_type', '=', type).where('principal_id', '=', id)
      const rows = await (orgId === undefined ? all : all.where('org_id', '=', orgId)).returning('vault_id').execute()
      for (const { vault_id } of rows) changed(`vault:${vault_id}`)
    },

    /** False when it is gone already. */
    async remove(vaultId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('policies')
        .where('vault_id', '=', vaultId)
        .where('id', '=', id)
        .executeTakeFirst()
      changed(`vault:${vaultId}`)
      return numDeletedRows === 1n
    },
  }
}
