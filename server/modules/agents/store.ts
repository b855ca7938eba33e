import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

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

    async touch(id: string, now: number) {
      await db.updateTable('agents').set({ last_active_at: now }).where('id', '=', id).execute()
    },
  }
}
