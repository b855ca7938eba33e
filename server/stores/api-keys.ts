import type { Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import type { Schema } from '../db/schema/schema.ts'
import { codec, flag, orUndefined } from './codec.ts'

/** A person’s key for one organisation; `key_hash` is keyed with the pepper. */
export type ApiKey = ReturnType<typeof decode>
export type ApiKeyStore = ReturnType<typeof apiKeyStore>

const { decode } = codec<Selectable<Schema['api_keys']>>()<{ scopes: readonly string[] }, 'is_active'>({
  flags: ['is_active'],
  json: ['scopes'],
})

/** Personal API keys. They are found by their hash or by the person. */
export function apiKeyStore(handle: Handle) {
  const { db, changed } = handle
  return {
    async add(key: ApiKey) {
      const row = { ...key, is_active: flag(key.is_active), scopes: JSON.stringify(key.scopes) }
      await db.insertInto('api_keys').values(row).execute()
    },

    byHash: async (hash: string) =>
      orUndefined(await db.selectFrom('api_keys').selectAll().where('key_hash', '=', hash).executeTakeFirst(), decode),

    byId: async (orgId: string, id: string) =>
      orUndefined(
        await db.selectFrom('api_keys').selectAll().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(),
        decode,
      ),

    /** A key that is older than the last change of password is not active. */
    async ofUser(userId: string) {
      const all = db
        .selectFrom('api_keys as k')
        .innerJoin('users as u', 'u.id', 'k.user_id')
        .selectAll('k')
        .select('u.key_generation')
        .where('k.user_id', '=', userId)
      const rows = await all.orderBy('k.created_at').orderBy('k.id').execute()
      return rows.map(({ key_generation: current, ...key }) => {
        return decode({ ...key, is_active: key.generation === current ? key.is_active : 0 })
      })
    },

    /**
     * Replaces one key with another; the old one works until `ends` (epoch milliseconds), or its own earlier expiry. False if it was
     * already replaced or revoked.
     */
    async replace(id: string, userId: string, by: string, ends: number): Promise<boolean> {
      const row = await db
        .updateTable('api_keys')
        .set(eb => ({
          replaced_by: by,
          expires_at: eb.case().when('expires_at', '<', ends).then(eb.ref('expires_at')).else(ends).end(),
        }))
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .where('is_active', '=', 1)
        .where('replaced_by', 'is', null)
        .returning('key_hash')
        .executeTakeFirst()
      changed(`api-key:${id}`)
      if (row) changed(`api-key:${row.key_hash}`)
      return row !== undefined
    },

    /** False if the user has no such active key. */
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

    /** Stores the hash of the same key with another pepper. False if the key does not exist. */
    async rehash(from: string, to: string): Promise<boolean> {
      const query = db.updateTable('api_keys').set({ key_hash: to }).where('key_hash', '=', from).returning('id')
      const row = await query.executeTakeFirst()
      for (const topic of row ? [row.id, from, to] : []) changed(`api-key:${topic}`)
      return row !== undefined
    },

    async touch(orgId: string, id: string, now: number, from: string) {
      const key = db.updateTable('api_keys').where('org_id', '=', orgId).where('id', '=', id)
      await key.set({ last_used_at: now, last_used_from: from }).execute()
    },
  }
}
