import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'

export type ApiKeyRow = Selectable<Schema['api_keys']>
export type ApiKeyStore = ReturnType<typeof apiKeyStore>

export function apiKeyStore({ db, changed }: Handle) {
  return {
    async add(key: Insertable<Schema['api_keys']>) {
      await db.insertInto('api_keys').values(key).execute()
    },

    byHash: (hash: string) => db.selectFrom('api_keys').selectAll().where('key_hash', '=', hash).executeTakeFirst(),

    byId: (id: string) => db.selectFrom('api_keys').selectAll().where('id', '=', id).executeTakeFirst(),

    ofUser: (userId: string) =>
      db.selectFrom('api_keys').selectAll().where('user_id', '=', userId).orderBy('created_at').orderBy('id').execute(),

    /** False when the user has no such key that is active. */
    async revoke(id: string, userId: string): Promise<boolean> {
      const row = await db
        .updateTable('api_keys')
        .set({ is_active: 0 })
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('is_active', '=', 1)
        .returning('key_hash')
        .executeTakeFirst()
      changed(`api-key:${id}`)
      if (row) changed(`api-key:${row.key_hash}`)
      return row !== undefined
    },

    /** Ends every key of a person, or those of one organisation. */
    async revokeAll(userId: string, orgId?: string) {
      const all = db.updateTable('api_keys').set({ is_active: 0 }).where('user_id', '=', userId)
      const rows = await (orgId === undefined ? all : all.where('org_id', '=', orgId)).returning(['id', 'key_hash']).execute()
      for (const { id, key_hash } of rows) {
        changed(`api-key:${id}`)
        changed(`api-key:${key_hash}`)
      }
    },

    async touch(id: string, now: number) {
      await db.updateTable('api_keys').set({ last_used_at: now }).where('id', '=', id).execute()
    },
  }
}
