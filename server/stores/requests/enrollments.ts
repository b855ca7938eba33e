import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import type { Schema } from '../../db/schema/schema.ts'

export type EnrollmentRow = Selectable<Schema['enrollments']>
export type EnrollmentStore = ReturnType<typeof enrollmentStore>

/** The hash of the row that everyone who counts the pending links locks, on every server; no address has this hash. */
const GATE = 'pending links'

/** Requests of agents to be registered. */
export function enrollmentStore(handle: Handle) {
  const { db } = handle
  return {
    async add(enrollment: Insertable<Schema['enrollments']>) {
      await db.insertInto('enrollments').values(enrollment).execute()
    },

    byHash: (hash: string) => db.selectFrom('enrollments').selectAll().where('token_hash', '=', hash).executeTakeFirst(),

    /** A request to a named person, by its hash: nobody else can open it. */
    ofUser: (userId: string, hash: string) =>
      db
        .selectFrom('enrollments')
        .selectAll()
        .where('user_id', '=', userId)
        .where('kind', '=', 'account')
        .where('token_hash', '=', hash)
        .executeTakeFirst(),

    /** Requests that wait for a person, oldest first. */
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

    /**
     * The number of pending requests that anyone with the link can decide. The lock holds until the unit of work ends: others who want to
     * add one wait.
     */
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

    /** Starts the cooldown of an address. False while an earlier one is running. */
    async coolDown(emailHash: string, now: number, until: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('enrollment_cooldowns')
        .values({ email_hash: emailHash, until })
        .onConflict(on => on.column('email_hash').doUpdateSet({ until }).where('enrollment_cooldowns.until', '<=', now))
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    /** Settles a pending request, once. False if it was settled, or expired, in the meantime. */
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
