import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'

export type IpRuleRow = Selectable<Schema['ip_rules']>
export type IpRuleStore = ReturnType<typeof ipRuleStore>

/** IP rules of organisations. */
export function ipRuleStore(handle: Handle) {
  const { db, changed } = handle
  const inOrg = (orgId: string) =>
    db.selectFrom('ip_rules').selectAll().where('org_id', '=', orgId).orderBy('created_at').orderBy('id')
  return {
    inOrg: (orgId: string): Promise<IpRuleRow[]> => inOrg(orgId).execute(),

    /** The rules, locked against other changes until the unit of work ends. */
    async locked(orgId: string): Promise<IpRuleRow[]> {
      await lockRows(handle, db.selectFrom('orgs').select('id').where('id', '=', orgId)).execute()
      return inOrg(orgId).execute()
    },

    async add(rule: Insertable<Schema['ip_rules']>) {
      await db.insertInto('ip_rules').values(rule).execute()
      changed(`ip-rules:${rule.org_id}`)
    },

    async remove(orgId: string, id: string) {
      await db.deleteFrom('ip_rules').where('org_id', '=', orgId).where('id', '=', id).execute()
      changed(`ip-rules:${orgId}`)
    },
  }
}
