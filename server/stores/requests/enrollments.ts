import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type EnrollmentRow = Selectable<Schema['enrollments']>
export type EnrollmentStore = ReturnType<typeof enrollmentStore>

/** The row that anyone who counts the pending links locks, on every server: a hash that no address has. */
const GATE = 'pending links'

/** Requests of agents to be registered. */
export function enrollmentStore(handle: Handle) {
  const { db } = handle
  return {
    async add(enrollment: Insertable<Schema['enrollments']>) {
      await db.insertInto('enrollments').values(enrollment).execute()
    },

    byHash: (hash: string) => db.selectFrom('enrollments').selectAll().where('token_hash', '=', hash).executeTakeFirst(),

    /** One that a person was asked about by name: its hash opens it to nobody else. */
    ofUser: (userId: string, hash: string) =>
      db
        .selectFrom('enrollments')
        .selectAll()
        .where('user_id', '=', userId)
        .where('kind', '=', 'account')
        .where('token_hash', '=', hash)
        .executeTakeFirst(),

    /** Those that wait for a person, the oldest first. */
    waitingFor: (userId: string, now: number, limit: number) =>
      db
        .selectFrom('enrollments')
        .selectAll()
        .where('user_id', '=', userId)
        .where('kind', '=', 'account')
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .orderBy('created_at')
        .orderBy('token_hash')
        .limit(limit)
        .execute(),

    /** Pending ones that anybody with the link may decide. Holds until the unit of work ends: others who want to add one wait. */
    async pendingLinks(now: number): Promise<number> {
      await db
        .insertInto('enrollment_cooldowns')
        .values({ email_hash: GATE, until: now })
        .onConflict(on => on.column('email_hash').doUpdateSet({ until: now }))
        .execute()
      const { pending } = await db
        .selectFrom('enrollments')
        .select(eb => eb.fn.countAll().as('pending'))
        .where('kind', '=', 'link')
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirstOrThrow()
      return Number(pending)
    },

    /** Starts the cooldown of an address. False while an earlier one lasts. */
    async coolDown(emailHash: string, now: number, until: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('enrollment_cooldowns')
        .values({ email_hash: emailHash, until })
        .onConflict(on => on.column('email_hash').doUpdateSet({ until }).where('enrollment_cooldowns.until', '<=', now))
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    /** Settles a pending one, once. False when it was settled, or ran out, in the meantime. */
    async decide(
      hash: string,
      { status, by, agentId, now }: { status: 'approved' | 'denied'; by: string; agentId?: string; now: number },
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('enrollments')
        .set({ status, decided_by: by, agent_id: agentId ?? null, decided_at: now })
        .where('token_hash', '=', hash)
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    deleteExpired: (now: number, keptMs: number, most: number) =>
      deleteSome(
        handle,
        most,
        { table: 'enrollments', key: ['token_hash'], where: sql`expires_at < ${now - keptMs}` },
        { table: 'enrollment_cooldowns', key: ['email_hash'], where: sql`until < ${now}` },
      ),
  }
}
