import type { ExpressionBuilder, Insertable, Selectable } from 'kysely'
import type { Handle } from '../db/database.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import type { AuditStore } from './audit/audit.ts'
import { codec, flag, orUndefined } from './codec.ts'
import { endAccessOnRequest } from './requests/access-requests.ts'

/** A person’s account; times are epoch milliseconds. */
export type User = ReturnType<typeof decode>
type UserChange = Pick<User, 'display_name' | 'marketing_emails' | 'org_id' | 'email_verified'>

export interface NewOrg {
  readonly id: string
  readonly name: string
  readonly is_platform: boolean
  readonly created_at: number
}

export type AccountStore = ReturnType<typeof accountStore>

const { decode } = codec<Selectable<Schema['users']>>()({
  flags: ['email_verified', 'marketing_emails', 'totp_enabled'],
  json: [],
})

/** Raised by a change of password: earlier tokens and API keys are then invalid. */
function raised(eb: ExpressionBuilder<Schema, 'users'>) {
  return { token_generation: eb('token_generation', '+', 1), key_generation: eb('key_generation', '+', 1) }
}

/** Accounts and their memberships of organisations. */
export function accountStore(handle: Handle, audit: Pick<AuditStore, 'append'>) {
  const { db, changed } = handle
  return {
    userByEmail: async (email: string) =>
      orUndefined(await db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(), decode),

    /** People do not belong to an organisation: one person can see another only through `member`. */
    userById: async (userId: string) =>
      orUndefined(await db.selectFrom('users').selectAll().where('id', '=', userId).executeTakeFirst(), decode),

    /** The account together with its role in one organisation; undefined unless it is a member there. */
    member: (userId: string, orgId: string) =>
      db
        .selectFrom('users as u')
        .innerJoin('memberships as m', 'm.user_id', 'u.id')
        .select(['u.id', 'u.email', 'u.display_name', 'u.token_generation', 'u.key_generation', 'm.role', 'm.org_id'])
        .where('u.id', '=', userId)
        .where('m.org_id', '=', orgId)
        .executeTakeFirst(),

    /** The members of an organisation among these people, with the claims of their tokens; at most ten thousand. */
    membersAmong: async (orgId: string, ids: readonly string[]) => {
      const members = db
        .selectFrom('users as u')
        .innerJoin('memberships as m', 'm.user_id', 'u.id')
        .select(['u.id', 'u.email', 'u.token_generation'])
        .where('m.org_id', '=', orgId)
      return ids.length === 0 ? [] : members.where('u.id', 'in', ids).execute()
    },

    hasUsers: async () => (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined,

    isPlatform: async (orgId: string) =>
      (await db.selectFrom('orgs').select('id').where('id', '=', orgId).where('is_platform', '=', 1).executeTakeFirst()) !==
      undefined,

    async addOrg({ is_platform, ...org }: NewOrg) {
      await db
        .insertInto('orgs')
        .values({ ...org, is_platform: flag(is_platform) })
        .execute()
    },

    async addUser(user: User) {
      const flags = {
        email_verified: flag(user.email_verified),
        marketing_emails: flag(user.marketing_emails),
        totp_enabled: flag(user.totp_enabled),
      }
      await db
        .insertInto('users')
        .values({ ...user, ...flags })
        .execute()
    },

    async addMember(member: Insertable<Schema['memberships']>) {
      await db.insertInto('memberships').values(member).execute()
      changed(`user:${member.user_id}`)
    },

    /**
     * Replaces the password hash and ends every token of the account, if the hash is still the one that was checked. False if it is not.
     */
    async replacePassword(userId: string, checkedHash: string, newHash: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set(eb => ({ password_hash: newHash, ...raised(eb) }))
        .where('id', '=', userId)
        .where('password_hash', '=', checkedHash)
        .executeTakeFirst()
      changed(`user:${userId}`)
      if (numUpdatedRows === 1n) await endAccessOnRequest(handle, audit, userId, now)
      return numUpdatedRows === 1n
    },

    /** Sets a password for a person who has proven to read the account's mail, and ends every token. */
    async resetPassword(userId: string, newHash: string, now: number) {
      await db
        .updateTable('users')
        .set(eb => ({ password_hash: newHash, email_verified: 1, ...raised(eb) }))
        .where('id', '=', userId)
        .execute()
      changed(`user:${userId}`)
      await endAccessOnRequest(handle, audit, userId, now)
    },

    /**
     * Records that the address was confirmed for the first time; every earlier way to sign in ends. False if it was confirmed already: then
     * nothing changes.
     */
    async prove(userId: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set(eb => ({
          email_verified: 1,
          password_hash: null,
          totp_enabled: 0,
          ...raised(eb),
        }))
        .where('id', '=', userId)
        .where('email_verified', '=', 0)
        .executeTakeFirst()
      if (numUpdatedRows === 0n) return false
      await forgetAccess(userId, now)
      changed(`user:${userId}`)
      return true
    },

    /** Ends every token of the account. */
    async endTokens(userId: string, now: number) {
      await db
        .updateTable('users')
        .set(eb => ({ token_generation: eb('token_generation', '+', 1) }))
        .where('id', '=', userId)
        .execute()
      changed(`user:${userId}`)
      await endAccessOnRequest(handle, audit, userId, now)
    },

    async update(
      userId: string,
      { marketing_emails: marketing, email_verified: verified, ...fields }: Partial<UserChange>,
    ): Promise<User | undefined> {
      const flags = {
        ...(marketing !== undefined && { marketing_emails: flag(marketing) }),
        ...(verified !== undefined && { email_verified: flag(verified) }),
      }
      const set = db.updateTable('users').set({ ...fields, ...flags })
      const row = await set.where('id', '=', userId).returningAll().executeTakeFirst()
      changed(`user:${userId}`)
      return orUndefined(row, decode)
    },

    /** Deletes the account with everything that depends only on it. False if it no longer exists. */
    async remove(userId: string, now: number): Promise<boolean> {
      await db.deleteFrom('memberships').where('user_id', '=', userId).execute()
      await forgetAccess(userId, now)
      const { numDeletedRows } = await db.deleteFrom('users').where('id', '=', userId).executeTakeFirst()
      changed(`user:${userId}`)
      return numDeletedRows === 1n
    },

    /** The account behind an identity of an OIDC issuer. */
    async byIdentity(issuer: string, subject: string): Promise<User | undefined> {
      const row = await db
        .selectFrom('oidc_identities as i')
        .innerJoin('users as u', 'u.id', 'i.user_id')
        .selectAll('u')
        .where('i.issuer', '=', issuer)
        .where('i.subject', '=', subject)
        .executeTakeFirst()
      return orUndefined(row, decode)
    },

    /** The subjects of the account at an issuer. The account is locked, so that two of them cannot be added at the same time. */
    async subjectsAt(issuer: string, userId: string): Promise<string[]> {
      await lockRows(handle, db.selectFrom('users').select('id').where('id', '=', userId)).execute()
      const own = db.selectFrom('oidc_identities').select('subject').where('user_id', '=', userId)
      return (await own.where('issuer', '=', issuer).execute()).map(({ subject }) => subject)
    },

    async addIdentity(identity: Insertable<Schema['oidc_identities']>) {
      await db.insertInto('oidc_identities').values(identity).execute()
    },

    /** Accounts by age, with their last organisation and its requests of a month, and the total number. */
    async page({ limit, offset, month }: { limit: number; offset: number; month: string }) {
      const rows = await db
        .selectFrom('users as u')
        .innerJoin('orgs as o', 'o.id', 'u.org_id')
        .leftJoin('memberships as m', on => on.onRef('m.user_id', '=', 'u.id').onRef('m.org_id', '=', 'u.org_id'))
        .leftJoin('usage_totals as t', on => on.onRef('t.org_id', '=', 'u.org_id').on('t.period', '=', month))
        .select('t.requests')
        .select(['u.id', 'u.email', 'u.display_name', 'u.auth_method', 'u.org_id', 'u.created_at'])
        .select(['m.role', 'o.name as org_name', 'o.billing_tier', 'o.tier_expires_at', 'o.free_tier_override', 'o.is_sponsored'])
        .orderBy('u.created_at')
        .orderBy('u.id')
        .limit(limit)
        .offset(offset)
        .execute()
      const { total } = await db
        .selectFrom('users')
        .select(eb => eb.fn.countAll().as('total'))
        .executeTakeFirstOrThrow()
      return { rows: rows.map(row => ({ ...row, is_sponsored: row.is_sponsored === 1 })), total: Number(total) }
    },

    /** Updates a hash to the current cost without ending tokens. */
    async rehash(userId: string, checkedHash: string, newHash: string) {
      await db
        .updateTable('users')
        .set({ password_hash: newHash })
        .where('id', '=', userId)
        .where('password_hash', '=', checkedHash)
        .execute()
    },
  }

  /**
   * Deletes keys, second factor, sessions, links, identities, shares and requested access: everything with which somebody can sign in, or
   * get access, as this person.
   */
  async function forgetAccess(userId: string, now: number): Promise<void> {
    await endAccessOnRequest(handle, audit, userId, now)
    const keys = await db.deleteFrom('api_keys').where('user_id', '=', userId).returning(['id', 'key_hash']).execute()
    for (const { id, key_hash } of keys) {
      changed(`api-key:${id}`)
      changed(`api-key:${key_hash}`)
    }
    const sessions = await db.deleteFrom('console_sessions').where('user_id', '=', userId).returning('id').execute()
    for (const { id } of sessions) changed(`session:${id}`)
    for (const table of [
      'mfa_resets',
      'password_resets',
      'recovery_codes',
      'totp_factors',
      'mfa_challenges',
      'oidc_identities',
    ] as const) {
      await db.deleteFrom(table).where('user_id', '=', userId).execute()
    }
    await db.deleteFrom('enrollments').where('user_id', '=', userId).where('status', '=', 'pending').execute()
    await db.deleteFrom('shares').where('created_by_type', '=', 'user').where('created_by', '=', userId).execute()
    await db.deleteFrom('shares').where('recipient_id', '=', userId).execute()
  }
}
