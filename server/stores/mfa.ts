import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import { ERASED, type Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'
import type { Schema } from '../db/schema/schema.ts'
import { codec, flag, orUndefined } from './codec.ts'

/** A person’s second factor; its secret is sealed. */
export type Factor = ReturnType<typeof decode>
export type MfaStore = ReturnType<typeof mfaStore>

const { decode } = codec<Selectable<Schema['totp_factors']>>()({ flags: ['is_confirmed'], json: [] })

/** Second factors, their recovery codes, and pending sign-ins. */
export function mfaStore(handle: Handle) {
  const { db, changed } = handle
  return {
    factor: async (userId: string): Promise<Factor | undefined> =>
      orUndefined(await db.selectFrom('totp_factors').selectAll().where('user_id', '=', userId).executeTakeFirst(), decode),

    /** Replaces a secret that was never confirmed. False if the factor is on. */
    async begin(factor: Factor): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('totp_factors')
        .values({ ...factor, is_confirmed: flag(factor.is_confirmed) })
        .onConflict(on =>
          on
            .column('user_id')
            .doUpdateSet({ sealed: factor.sealed, last_step: factor.last_step, created_at: factor.created_at })
            .where('totp_factors.is_confirmed', '=', 0),
        )
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    /** Accepts the code of a step once: false if it, or a later one, was already accepted. */
    async useStep(userId: string, step: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('totp_factors')
        .set({ last_step: step })
        .where('user_id', '=', userId)
        .where('is_confirmed', '=', 1)
        .where('last_step', '<', step)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Turns the factor on with its first step. False if it is already on, or its secret was replaced. */
    async confirm(userId: string, { step, createdAt }: { step: number; createdAt: number }): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('totp_factors')
        .set({ is_confirmed: 1, last_step: step })
        .where('user_id', '=', userId)
        .where('is_confirmed', '=', 0)
        .where('created_at', '=', createdAt)
        .executeTakeFirst()
      await db.updateTable('users').set({ totp_enabled: 1 }).where('id', '=', userId).execute()
      changed(`user:${userId}`)
      return numUpdatedRows === 1n
    },

    async addRecoveryCodes(userId: string, hashes: readonly string[]) {
      await db
        .insertInto('recovery_codes')
        .values(hashes.map(code_hash => ({ user_id: userId, code_hash })))
        .execute()
    },

    /** Redeems a recovery code once, under any of its hashes. */
    async useRecoveryCode(userId: string, hashes: readonly string[]): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('recovery_codes')
        .where('user_id', '=', userId)
        .where('code_hash', 'in', hashes)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Deletes the factor, its recovery codes and every pending sign-in. */
    async remove(userId: string) {
      await db.deleteFrom('recovery_codes').where('user_id', '=', userId).execute()
      await db.deleteFrom('totp_factors').where('user_id', '=', userId).execute()
      await db.deleteFrom('mfa_challenges').where('user_id', '=', userId).execute()
      await db.updateTable('users').set({ totp_enabled: 0 }).where('id', '=', userId).execute()
      changed(`user:${userId}`)
      changed(ERASED)
    },

    async addChallenge(challenge: Insertable<Schema['mfa_challenges']>) {
      await db.insertInto('mfa_challenges').values(challenge).execute()
    },

    challenge: (hash: string, now: number) =>
      db.selectFrom('mfa_challenges').selectAll().where('token_hash', '=', hash).where('expires_at', '>', now).executeTakeFirst(),

    /** Redeems a challenge for its one token. False if it was already redeemed. */
    async takeChallenge(hash: string): Promise<boolean> {
      const { numDeletedRows } = await db.deleteFrom('mfa_challenges').where('token_hash', '=', hash).executeTakeFirst()
      return numDeletedRows === 1n
    },

    deleteExpired: (now: number, most: number) =>
      deleteSome(handle, most, { table: 'mfa_challenges', key: ['token_hash'], where: sql`expires_at < ${now}` }),
  }
}
