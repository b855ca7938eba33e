import type { Insertable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'
import type { Schema } from '../db/schema/schema.ts'

export type MailedLinkStore = ReturnType<typeof mailedLinkStore>

/** Links sent by mail: pending sign-ups and password resets. */
export function mailedLinkStore(handle: Handle) {
  const { db } = handle
  return {
    async addSignup(signup: Insertable<Schema['pending_signups']>) {
      await db.insertInto('pending_signups').values(signup).execute()
    },

    /** A pending sign-up, which stays pending. */
    signup: (hash: string, now: number) =>
      db
        .selectFrom('pending_signups')
        .selectAll()
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now)
        .executeTakeFirst(),

    /** Redeems a sign-up, once. False if it does not exist (any more). */
    async takeSignup(hash: string, now: number): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('pending_signups')
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Deletes the pending sign-ups of an address that has become an account. */
    async forgetSignups(email: string) {
      await db.deleteFrom('pending_signups').where('email', '=', email).execute()
    },

    async addReset(reset: Insertable<Schema['password_resets']>) {
      await db.insertInto('password_resets').values(reset).execute()
    },

    /**
     * The account whose password the link resets; undefined if the link is used, expired, unknown, or older than the last change of the
     * password.
     */
    async resetUser(hash: string, now: number): Promise<string | undefined> {
      const row = await db
        .selectFrom('password_resets as r')
        .innerJoin('users as u', on => on.onRef('u.id', '=', 'r.user_id').onRef('u.token_generation', '=', 'r.generation'))
        .select('u.id')
        .where('r.token_hash', '=', hash)
        .where('r.expires_at', '>', now)
        .executeTakeFirst()
      return row?.id
    },

    /** Redeems a link, once, together with every other one of the same account. False if it was already redeemed. */
    async takeReset(hash: string, userId: string, now: number): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('password_resets')
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now)
        .where(eb => eb('generation', '=', eb.selectFrom('users').select('token_generation').where('id', '=', userId)))
        .executeTakeFirst()
      await db.deleteFrom('password_resets').where('user_id', '=', userId).execute()
      return numDeletedRows === 1n
    },

    /** Replaces an earlier one. */
    async addMfaReset(reset: Insertable<Schema['mfa_resets']>) {
      await db.deleteFrom('mfa_resets').where('user_id', '=', reset.user_id).execute()
      await db.insertInto('mfa_resets').values(reset).execute()
    },

    /**
     * Redeems one, once. Undefined if it does not exist (any more), if the password of either person was changed since, or if the requester
     * is no longer an owner or admin of the person's organisation.
     */
    takeMfaReset: (hash: string, now: number) =>
      db
        .deleteFrom('mfa_resets')
        .where('token_hash', '=', hash)
        .where('expires_at', '>', now)
        .where(({ exists, selectFrom }) =>
          exists(
            selectFrom('users as person')
              .innerJoin('memberships as theirs', 'theirs.user_id', 'person.id')
              .innerJoin('memberships as admins', 'admins.org_id', 'theirs.org_id')
              .innerJoin('users as asker', 'asker.id', 'admins.user_id')
              .select('person.id')
              .whereRef('person.id', '=', 'mfa_resets.user_id')
              .whereRef('person.token_generation', '=', 'mfa_resets.generation')
              .whereRef('theirs.org_id', '=', 'mfa_resets.org_id')
              .whereRef('asker.id', '=', 'mfa_resets.asked_by')
              .whereRef('asker.token_generation', '=', 'mfa_resets.asker_generation')
              .where('admins.role', '!=', 'member')
              .where(eb => eb.or([eb('theirs.role', '!=', 'owner'), eb('admins.role', '=', 'owner')])),
          ),
        )
        .returningAll()
        .executeTakeFirst(),

    deleteExpired(now: number, most: number) {
      const where = sql`expires_at < ${now}`
      return deleteSome(
        handle,
        most,
        { table: 'mfa_resets', key: ['user_id'], where },
        { table: 'pending_signups', key: ['token_hash'], where },
        { table: 'password_resets', key: ['token_hash'], where },
      )
    },
  }
}
