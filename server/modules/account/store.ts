import type { Insertable, Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import type { Schema } from '../../db/schema.ts'

export type UserRow = Selectable<Schema['users']>
export type AccountStore = ReturnType<typeof accountStore>

/** Accounts, organisations and who is a member of which. */
export function accountStore({ db, changed }: Handle) {
  return {
    userByEmail: (email: string) => db.selectFrom('users').selectAll().where('email', '=', email).executeTakeFirst(),

    userById: (id: string) => db.selectFrom('users').selectAll().where('id', '=', id).executeTakeFirst(),

    /** The account together with its role in one organisation; undefined unless it is a member there. */
    member: (userId: string, orgId: string) =>
      db
        .selectFrom('users as u')
        .innerJoin('memberships as m', 'm.user_id', 'u.id')
        .select(['u.id', 'u.email', 'u.display_name', 'u.token_generation', 'm.role', 'm.org_id'])
        .where('u.id', '=', userId)
        .where('m.org_id', '=', orgId)
        .executeTakeFirst(),

    hasUsers: async () => (await db.selectFrom('users').select('id').limit(1).executeTakeFirst()) !== undefined,

    isPlatform: async (orgId: string) =>
      (await db.selectFrom('orgs').select('id').where('id', '=', orgId).where('is_platform', '=', 1).executeTakeFirst()) !== undefined,

    async addOrg(org: Insertable<Schema['orgs']>) {
      await db.insertInto('orgs').values(org).execute()
    },

    async addUser(user: Insertable<Schema['users']>) {
      await db.insertInto('users').values(user).execute()
    },

    async addMember(member: Insertable<Schema['memberships']>) {
      await db.insertInto('memberships').values(member).execute()
      changed(`user:${member.user_id}`)
    },

    /**
     * Replaces the password hash and ends every token of the account, provided that the hash is still the one that was checked.
     * False when it is not.
     */
    async replacePassword(userId: string, checkedHash: string, newHash: string): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('users')
        .set(eb => ({ password_hash: newHash, token_generation: eb('token_generation', '+', 1) }))
        .where('id', '=', userId)
        .where('password_hash', '=', checkedHash)
        .executeTakeFirst()
      changed(`user:${userId}`)
      return numUpdatedRows === 1n
    },

    /** Brings a hash up to today's cost without ending tokens. */
    async rehash(userId: string, checkedHash: string, newHash: string) {
      await db
        .updateTable('users')
        .set({ password_hash: newHash })
        .where('id', '=', userId)
        .where('password_hash', '=', checkedHash)
        .execute()
    },
  }
}
