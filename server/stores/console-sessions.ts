import type { ExpressionBuilder, Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'
import type { Schema } from '../db/schema/schema.ts'

export type ConsoleSessionRow = Selectable<Schema['console_sessions']>
export type ConsoleSessionStore = ReturnType<typeof consoleSessionStore>

/** A session ends this long after its last use, which is the last token it requested. */
export const IDLE_MS = 12 * 3_600_000

/** No session can be used for longer than this. */
export const LONGEST_MS = 7 * 24 * 3_600_000

/** Sign-ins that browsers keep. Like a token, a session is void once its person's token generation was raised. */
export function consoleSessionStore(handle: Handle) {
  const { db, changed } = handle
  return {
    async addLink(link: Insertable<Schema['console_links']>) {
      await db.insertInto('console_links').values(link).execute()
    },

    /** Redeems a link, once. Undefined if it does not exist (any more), or if its login has expired. */
    takeLink: (hash: string, now: number) =>
      db
        .deleteFrom('console_links')
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now)
        .where('login_ends_at', '>', now)
        .returningAll()
        .executeTakeFirst(),

    async add(session: Insertable<Schema['console_sessions']>) {
      await db.insertInto('console_sessions').values(session).execute()
    },

    /** Counts a use of an open session; undefined otherwise. */
    async use(hash: string, now: number, ip: string) {
      const row = await db
        .updateTable('console_sessions')
        .set({ last_used_at: now, ip_address: ip })
        .where(isOpen(hash, now))
        .returningAll()
        .executeTakeFirst()
      return row satisfies ConsoleSessionRow | undefined
    },

    /** An open session, without counting a use. */
    async unused(hash: string, now: number) {
      const row = await db.selectFrom('console_sessions').selectAll().where(isOpen(hash, now)).executeTakeFirst()
      return row satisfies ConsoleSessionRow | undefined
    },

    isKnown: async (hash: string): Promise<boolean> =>
      (await db.selectFrom('console_sessions').select('id').where('token_hash', '=', hash).executeTakeFirst()) !== undefined,

    exists: async (id: string): Promise<boolean> =>
      (await db.selectFrom('console_sessions').select('id').where('id', '=', id).executeTakeFirst()) !== undefined,

    /** The open sessions of a person, the last used first. */
    ofUser: (userId: string, now: number): Promise<ConsoleSessionRow[]> =>
      db
        .selectFrom('console_sessions as s')
        .innerJoin('users as u', on => on.onRef('u.id', '=', 's.user_id').onRef('u.token_generation', '=', 's.generation'))
        .selectAll('s')
        .where('s.user_id', '=', userId)
        .where('s.last_used_at', '>', now - IDLE_MS)
        .where('s.created_at', '>', now - LONGEST_MS)
        .where(eb => eb.or([eb('s.ends_at', 'is', null), eb('s.ends_at', '>', now)]))
        .orderBy('s.last_used_at', 'desc')
        .orderBy('s.id')
        .execute(),

    async moveTo(id: string, orgId: string) {
      await db.updateTable('console_sessions').set({ org_id: orgId }).where('id', '=', id).execute()
    },

    async endByHash(hash: string): Promise<ConsoleSessionRow | undefined> {
      const row = await db.deleteFrom('console_sessions').where('token_hash', '=', hash).returningAll().executeTakeFirst()
      if (row) changed(`session:${row.id}`)
      return row
    },

    /** False if the person has no such session. */
    async end(id: string, userId: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('console_sessions')
        .where('id', '=', id)
        .where('user_id', '=', userId)
        .executeTakeFirst()
      changed(`session:${id}`)
      return numDeletedRows === 1n
    },

    /** Ends every session of a person but one. */
    async endOthers(userId: string, exceptId: string | undefined) {
      const all = db.deleteFrom('console_sessions').where('user_id', '=', userId)
      const rows = await (exceptId === undefined ? all : all.where('id', '!=', exceptId)).returning('id').execute()
      for (const { id } of rows) changed(`session:${id}`)
    },

    deleteExpired(now: number, most: number) {
      const over = sql`last_used_at <= ${now - IDLE_MS} OR created_at <= ${now - LONGEST_MS} OR ends_at <= ${now}`
      return deleteSome(
        handle,
        most,
        { table: 'console_sessions', key: ['id'], where: over },
        { table: 'console_links', key: ['token_hash'], where: sql`expires_at <= ${now}` },
      )
    },
  }
}

function isOpen(hash: string, now: number) {
  return (eb: ExpressionBuilder<Schema, 'console_sessions'>) =>
    eb.and([
      eb('token_hash', '=', hash),
      eb('last_used_at', '>', now - IDLE_MS),
      eb('created_at', '>', now - LONGEST_MS),
      eb.or([eb('ends_at', 'is', null), eb('ends_at', '>', now)]),
    ])
}
