import { sql } from 'kysely'
import type { Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'

export type AuthStore = ReturnType<typeof authStore>

/** No device login waits longer for its approver. */
const APPROVAL_MS = 15 * 60_000

/** Revoked tokens, and the locks after too many failed attempts. */
export function authStore(handle: Handle) {
  const { db, changed } = handle
  return {
    /** False if it was already revoked. */
    async revoke(jti: string, expiresAt: number): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('revoked_tokens')
        .values({ jti, expires_at: expiresAt })
        .onConflict(c => c.doNothing())
        .executeTakeFirst()
      changed(`token:${jti}`)
      // A session that a link has opened for this login belongs to it.
      const opened = await db.deleteFrom('console_sessions').where('login_jti', '=', jti).returning('id').execute()
      for (const { id } of opened) changed(`session:${id}`)
      return numInsertedOrUpdatedRows === 1n
    },

    isRevoked: async (jti: string) =>
      (await db.selectFrom('revoked_tokens').select('jti').where('jti', '=', jti).executeTakeFirst()) !== undefined,

    /** Revocations of expired tokens are no longer needed, once everything that these tokens have approved has expired too. */
    deleteExpired(now: number, most: number) {
      const lock = sql`locked_until < ${now} AND updated_at < ${now - 24 * 3600_000}`
      return deleteSome(
        handle,
        most,
        { table: 'revoked_tokens', key: ['jti'], where: sql`expires_at < ${now - APPROVAL_MS}` },
        { table: 'lockouts', key: ['door', 'identity'], where: lock },
      )
    },

    /** The latest time until which any of the identities is locked out; 0 if none is. */
    async lockedUntil(kind: string, identities: readonly string[]): Promise<number> {
      const row = await db
        .selectFrom('lockouts')
        .select(eb => eb.fn.max('locked_until').as('until'))
        .where('door', '=', kind)
        .where('identity', 'in', identities)
        .executeTakeFirst()
      return Number(row?.until ?? 0)
    },

    /**
     * Counts a failure atomically and locks at the given count. A count that started before the last lock ended starts again. Failures
     * during a lock do not prolong it. Returns the current number of failures in a row.
     */
    async countFailure(
      kind: string,
      identity: string,
      rule: { now: number; maxFailures: number; lockMs: number },
    ): Promise<number> {
      const { now, maxFailures, lockMs } = rule
      const over = sql<boolean>`lockouts.locked_until > 0 AND lockouts.locked_until <= ${now}`
      const failures = sql<number>`CASE WHEN ${over} THEN 1 ELSE lockouts.failures + 1 END`
      const row = await db
        .insertInto('lockouts')
        .values({ door: kind, identity, failures: 1, locked_until: 0, updated_at: now })
        .onConflict(c =>
          c.columns(['door', 'identity']).doUpdateSet({
            failures,
            locked_until: sql<number>`CASE WHEN lockouts.locked_until > ${now} THEN lockouts.locked_until WHEN ${failures} >= ${maxFailures} THEN ${now + lockMs} ELSE 0 END`,
            updated_at: now,
          }),
        )
        .returning('failures')
        .executeTakeFirstOrThrow()
      return Number(row.failures)
    },

    hasFailures: async (kind: string, identities: readonly string[]): Promise<boolean> =>
      (await db
        .selectFrom('lockouts')
        .select('failures')
        .where('door', '=', kind)
        .where('identity', 'in', identities)
        .limit(1)
        .executeTakeFirst()) !== undefined,

    /** Subtracts from a count what `part` has added to it since `since`, and forgets `part`. */
    async forgive(kind: string, identity: string, part: string, since: number) {
      const own = await db
        .deleteFrom('lockouts')
        .where('door', '=', kind)
        .where('identity', '=', part)
        .returning(['failures', 'updated_at'])
        .executeTakeFirst()
      if (!own || own.updated_at < since) return
      const rows = db.updateTable('lockouts').where('door', '=', kind).where('identity', '=', identity)
      await rows
        .set(eb => ({
          failures: eb
            .case()
            .when('failures', '>', own.failures)
            .then(eb('failures', '-', own.failures))
            .else(0)
            .end(),
        }))
        .execute()
    },

    async clearFailures(kind: string, identities: readonly string[]) {
      await db.deleteFrom('lockouts').where('door', '=', kind).where('identity', 'in', identities).execute()
    },
  }
}
