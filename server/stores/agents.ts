import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'

export type AgentRow = Selectable<Schema['agents']>
export type AgentStore = ReturnType<typeof agentStore>

export function agentStore({ db, changed }: Handle) {
  return {
    async add(agent: Insertable<Schema['agents']>) {
      await db.insertInto('agents').values(agent).execute()
    },

    byId: (id: string) => db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst(),

    byKeyHash: (hash: string) => db.selectFrom('agents').selectAll().where('key_hash', '=', hash).executeTakeFirst(),

    inOrg: (orgId: string) =>
      db.selectFrom('agents').selectAll().where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute(),

    /** Undefined when the organisation has no such agent. With `endTokens`, every token issued before dies. */
    async update(id: string, orgId: string, fields: Updateable<Schema['agents']>, { endTokens }: { endTokens: boolean }) {
      const row = await db
        .updateTable('agents')
        .set(eb => ({ ...fields, token_generation: eb('token_generation', '+', endTokens ? 1 : 0) }))
        .where('id', '=', id)
        .where('org_id', '=', orgId)
        .returningAll()
        .executeTakeFirst()
      changed(`agent:${id}`)
      return row
    },

    registeredBy: (userId: string) =>
      db.selectFrom('agents').selectAll().where('created_by', '=', userId).orderBy('created_at').orderBy('id').execute(),

    /** Agents outlive who registered them. */
    async forgetCreator(userId: string) {
      const rows = await db
        .updateTable('agents')
        .set({ created_by: null })
        .where('created_by', '=', userId)
        .returning('id')
        .execute()
      for (const { id } of rows) changed(`agent:${id}`)
    },

    /** Ends every agent of an organisation that is closed. */
    async deactivateAll(orgId: string) {
      const rows = await db
        .updateTable('agents')
        .set(eb => ({ is_active: 0, token_generation: eb('token_generation', '+', 1) }))
        .where('org_id', '=', orgId)
        .returning('id')
        .execute()
      for (const { id } of rows) changed(`agent:${id}`)
    },

    async touch(id: string, now: number) {
      await db.updateTable('agents').set({ last_active_at: now }).where('id', '=', id).execute()
    },
  }
}
