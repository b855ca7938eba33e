import type { Insertable, Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import { codec, flag, orUndefined } from './codec.ts'

/** An organisation with its plan. */
export type Org = ReturnType<typeof decode>
export type InvitationRow = Selectable<Schema['invitations']>
/** An invitation, as found by one of its two links. */
export type FollowedInvitation = InvitationRow & { readonly isMailed: boolean }
export type OrgStore = ReturnType<typeof orgStore>

/** A member in the form that lists show; times are epoch milliseconds. */
export interface MemberRow {
  readonly id: string
  readonly email: string
  readonly display_name: string | null
  readonly auth_method: string
  readonly role: string
  readonly created_at: number
}

const { decode } = codec<Selectable<Schema['orgs']>>()({ flags: ['is_platform', 'is_sponsored'], json: [] })

/** Organisations, their members and invitations. */
export function orgStore(handle: Handle) {
  const { db, changed } = handle

  return {
    byId: async (orgId: string): Promise<Org | undefined> =>
      orUndefined(await db.selectFrom('orgs').selectAll().where('id', '=', orgId).executeTakeFirst(), decode),

    /** The first organisation, for a server without any. */
    async makePlatform(orgId: string) {
      await db.updateTable('orgs').set({ is_platform: 1 }).where('id', '=', orgId).execute()
    },

    platform: async () =>
      orUndefined(await db.selectFrom('orgs').selectAll().where('is_platform', '=', 1).executeTakeFirst(), decode),

    /** The organisations of a person with the role in each, the oldest membership first. */
    async ofUser(userId: string) {
      const rows = await db
        .selectFrom('memberships as m')
        .innerJoin('orgs as o', 'o.id', 'm.org_id')
        .select(['o.id', 'o.name', 'o.is_platform', 'm.role', 'm.created_at'])
        .where('m.user_id', '=', userId)
        .orderBy('m.created_at')
        .orderBy('o.id')
        .execute()
      return rows.map(row => ({ ...row, is_platform: row.is_platform === 1 }))
    },

    members: (orgId: string): Promise<MemberRow[]> => memberQuery(orgId).orderBy('m.created_at').orderBy('u.id').execute(),

    memberById: (orgId: string, userId: string): Promise<MemberRow | undefined> =>
      memberQuery(orgId).where('u.id', '=', userId).executeTakeFirst(),

    /**
     * The memberships of an organisation, locked until the unit of work ends: of two owners who leave at once, one sees that the other has
     * left.
     */
    lockMembers: (orgId: string) =>
      lockRows(
        handle,
        db.selectFrom('memberships').selectAll().where('org_id', '=', orgId).orderBy('created_at').orderBy('user_id'),
      ).execute(),

    async setRole(orgId: string, userId: string, role: string) {
      await db.updateTable('memberships').set({ role }).where('org_id', '=', orgId).where('user_id', '=', userId).execute()
      changed(`user:${userId}`)
    },

    async removeMember(orgId: string, userId: string) {
      await db.deleteFrom('memberships').where('org_id', '=', orgId).where('user_id', '=', userId).execute()
      changed(`user:${userId}`)
    },

    /** Replaces an earlier invitation to the same address, whose link then no longer works. */
    async addInvitation(invitation: Insertable<Schema['invitations']>) {
      await db.deleteFrom('invitations').where('org_id', '=', invitation.org_id).where('email', '=', invitation.email).execute()
      await db.insertInto('invitations').values(invitation).execute()
    },

    /** Finds an invitation by either of its links. */
    async invitation(hash: string, now: number): Promise<FollowedInvitation | undefined> {
      const row = await openInvitations(now)
        .where(eb => eb.or([eb('token_hash', '=', hash), eb('link_hash', '=', hash)]))
        .executeTakeFirst()
      return row && { ...row, isMailed: row.token_hash === hash }
    },

    invitationIn: (orgId: string, id: string, now: number): Promise<InvitationRow | undefined> =>
      openInvitations(now).where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(),

    /** Gives an invitation a link to pass on, replacing an earlier one. The creator of the link becomes the inviter. */
    async setInvitationLink(orgId: string, id: string, link: Pick<InvitationRow, 'link_hash' | 'invited_by' | 'generation'>) {
      await db.updateTable('invitations').set(link).where('org_id', '=', orgId).where('id', '=', id).execute()
    },

    invitations: (orgId: string, now: number): Promise<InvitationRow[]> =>
      openInvitations(now).where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute(),

    /** Redeems an invitation, once. False if it is used, revoked or too old. */
    async takeInvitation(orgId: string, id: string, now: number): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('org_id', '=', orgId)
        .where('id', 'in', openInvitations(now).clearSelect().select('id').where('id', '=', id))
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    async revokeInvitation(orgId: string, id: string): Promise<boolean> {
      const { numDeletedRows } = await db
        .deleteFrom('invitations')
        .where('org_id', '=', orgId)
        .where('id', '=', id)
        .executeTakeFirst()
      return numDeletedRows === 1n
    },

    /** Ends the invitations of a person who has left. */
    async revokeInvitationsBy(orgId: string, userId: string) {
      await db.deleteFrom('invitations').where('org_id', '=', orgId).where('invited_by', '=', userId).execute()
    },

    deleteExpired: (now: number, most: number) =>
      deleteSome(handle, most, { table: 'invitations', key: ['id'], where: sql`expires_at < ${now}` }),

    /** Key → JSON of the value. */
    async settings(orgId: string): Promise<Map<string, string>> {
      const rows = await db.selectFrom('org_settings').select(['key', 'value']).where('org_id', '=', orgId).execute()
      return new Map(rows.map(({ key, value }) => [key, value]))
    },

    async setSetting(orgId: string, key: string, value: string) {
      await db
        .insertInto('org_settings')
        .values({ org_id: orgId, key, value })
        .onConflict(on => on.columns(['org_id', 'key']).doUpdateSet({ value }))
        .execute()
      changed(`org:${orgId}`)
    },

    async rename(orgId: string, name: string) {
      await db.updateTable('orgs').set({ name }).where('id', '=', orgId).execute()
      changed(`org:${orgId}`)
    },

    async setPlan(
      orgId: string,
      {
        is_sponsored: sponsored,
        ...plan
      }: Partial<Pick<Org, 'billing_tier' | 'tier_expires_at' | 'free_tier_override' | 'is_sponsored'>>,
    ): Promise<Org | undefined> {
      const set = { ...plan, ...(sponsored !== undefined && { is_sponsored: flag(sponsored) }) }
      const row = await db.updateTable('orgs').set(set).where('id', '=', orgId).returningAll().executeTakeFirst()
      changed(`org:${orgId}`)
      return orUndefined(row, decode)
    },

    /** Leaves a row without a name for an organisation without members: its audit log belongs to it. */
    async close(orgId: string) {
      await db.deleteFrom('invitations').where('org_id', '=', orgId).execute()
      await db.deleteFrom('ip_rules').where('org_id', '=', orgId).execute()
      await db.deleteFrom('org_settings').where('org_id', '=', orgId).execute()
      const keys = await db.deleteFrom('api_keys').where('org_id', '=', orgId).returning(['id', 'key_hash']).execute()
      for (const { id, key_hash } of keys) {
        changed(`api-key:${id}`)
        changed(`api-key:${key_hash}`)
      }
      await db.deleteFrom('shares').where('org_id', '=', orgId).execute()
      const policies = await db.deleteFrom('policies').where('org_id', '=', orgId).returning('vault_id').execute()
      for (const { vault_id } of policies) changed(`vault:${vault_id}`)
      await db.updateTable('orgs').set({ name: '' }).where('id', '=', orgId).execute()
      changed(`org:${orgId}`)
      changed(`ip-rules:${orgId}`)
    },
  }

  /** Invitations that are not too old, and whose inviter has not lost access since, by a change of password or with fewer rights. */
  function openInvitations(now: number) {
    return db
      .selectFrom('invitations')
      .selectAll()
      .where('expires_at', '>', now)
      .where(eb =>
        eb.or([
          eb('generation', 'is', null),
          eb(
            'generation',
            '=',
            eb.selectFrom('users').select('token_generation').whereRef('users.id', '=', 'invitations.invited_by'),
          ),
        ]),
      )
  }

  function memberQuery(orgId: string) {
    return db
      .selectFrom('memberships as m')
      .innerJoin('users as u', 'u.id', 'm.user_id')
      .select(['u.id', 'u.email', 'u.display_name', 'u.auth_method', 'm.role', 'm.created_at'])
      .where('m.org_id', '=', orgId)
  }
}
