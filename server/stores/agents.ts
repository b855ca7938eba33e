import type { Insertable, Selectable, Updateable } from 'kysely'
import type { Handle } from '../db/database.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import { decoder, flag, orUndefined } from './decode.ts'

const decode = decoder<Selectable<Schema['agents']>>()({ flags: ['is_active'], json: [] })

export type AgentRow = ReturnType<typeof decode>
type AgentChange = Omit<Updateable<Schema['agents']>, 'is_active'> & Partial<Pick<AgentRow, 'is_active'>>

export type AgentStore = ReturnType<typeof agentStore>

export function agentStore(handle: Handle) {
  const { db, changed } = handle
  return {
    async add({ is_active, ...agent }: Omit<Insertable<Schema['agents']>, 'is_active'> & Pick<AgentRow, 'is_active'>) {
      await db
        .insertInto('agents')
        .values({ ...agent, is_active: flag(is_active) })
        .execute()
    },

    byId: async (id: string) =>
      orUndefined(await db.selectFrom('agents').selectAll().where('id', '=', id).executeTakeFirst(), decode),

    /** Holds until the unit of work ends. */
    lock: async (id: string) =>
      orUndefined(await lockRows(handle, db.selectFrom('agents').selectAll().where('id', '=', id)).executeTakeFirst(), decode),

    /** By a key that it has, or had before. */
    byKeyHash: async (hash: string) =>
      orUndefined(
        await db
          .selectFrom('agents')
          .selectAll()
          .where(({ eb, or }) => or([eb('key_hash', '=', hash), eb('old_key_hash', '=', hash)]))
          .executeTakeFirst(),
        decode,
      ),

    inOrg: async (orgId: string) =>
      (await db.selectFrom('agents').selectAll().where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute()).map(
        decode,
      ),

    /** Undefined when the organisation has no such agent. With `endTokens`, every token issued before dies. */
    async update(id: string, orgId: string, { is_active, ...fields }: AgentChange, { endTokens }: { endTokens: boolean }) {
      const row = await db
        .updateTable('agents')
        .set(eb => ({
          ...fields,
          ...(is_active !== undefined && { is_active: flag(is_active) }),
          token_generation: eb('token_generation', '+', endTokens ? 1 : 0),
        }))
        .where('id', '=', id)
        .where('org_id', '=', orgId)
        .returningAll()
        .executeTakeFirst()
      changed(`agent:${id}`)
      return orUndefined(row, decode)
    },

    registeredBy: async (orgId: string, userId: string) => {
      const made = db.selectFrom('agents').selectAll().where('org_id', '=', orgId).where('created_by', '=', userId)
      return (await made.orderBy('created_at').orderBy('id').execute()).map(decode)
    },

    /** Those of whose keys a person was shown one, switched off or not. */
    keysSeenBy: async (orgId: string, userId: string) => {
      const seen = db
        .selectFrom('agents')
        .selectAll()
        .where('org_id', '=', orgId)
        .where(({ eb, or }) => or([eb('key_made_by', '=', userId), eb('old_key_made_by', '=', userId)]))
      return (await seen.where('key_hash', 'is not', null).orderBy('created_at').orderBy('id').execute()).map(decode)
    },

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

    /** The same, and with which of its keys, from where. */
    async touchKey(id: string, hash: string, now: number, from: string) {
      const agent = db.updateTable('agents').where('id', '=', id)
      await agent.set({ last_active_at: now, key_used_at: now, key_used_from: from }).where('key_hash', '=', hash).execute()
      await agent
        .set({ last_active_at: now, old_key_used_at: now, old_key_used_from: from })
        .where('old_key_hash', '=', hash)
        .execute()
    },
  }
}
