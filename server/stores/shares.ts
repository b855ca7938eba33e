import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../db/database.ts'
import { deleteSome } from '../db/delete-some.ts'
import { lockRows } from '../db/row-lock.ts'
import type { Schema } from '../db/schema/schema.ts'
import { codec, orUndefined } from './codec.ts'

type Row = Selectable<Schema['shares']>
const { decode, encode } = codec<Row>()<{ ip_allowlist: readonly string[] }>({ flags: [], json: ['ip_allowlist'] })

export type ShareRow = ReturnType<typeof decode>
interface ReadConnection {
  readonly path: string
  readonly vault_id: string
  /** The current state of its creator; null if that is an agent, or no longer exists. */
  readonly creator_email: string | null
  /** The current state of the agent that created it. */
  readonly creator_name: string | null
}
/** A share with the path of its secret and its creator. */
export type ListedShare = ShareRow & ReadConnection
export type ShareStore = ReturnType<typeof shareStore>

const LISTED = 500

const listedOf = (row: Row & ReadConnection): ListedShare => ({ ...row, ...decode(row) })

/** The recipient of inbound shares. */
export interface Recipient {
  readonly type: 'user' | 'agent'
  readonly id: string
  readonly orgId: string
  /** Canonical and confirmed. */
  readonly email?: string | undefined
}

/** Shares of secrets, from both sides. */
export function shareStore(handle: Handle) {
  const { db } = handle
  const listed = () =>
    db
      .selectFrom('shares')
      .innerJoin('secrets', 'secrets.id', 'shares.secret_id')
      .leftJoin('users', 'users.id', 'shares.created_by')
      .leftJoin('agents', 'agents.id', 'shares.created_by')
      .selectAll('shares')
      .select(['secrets.path', 'secrets.vault_id', 'users.email as creator_email', 'agents.name as creator_name'])
      .where('shares.revoked_at', 'is', null)
      .orderBy('shares.created_at', 'desc')
      .orderBy('shares.id')
      .limit(LISTED)
  /** A share that neither side has ended. */
  const live = (orgId: string, id: string) =>
    db
      .updateTable('shares')
      .where('org_id', '=', orgId)
      .where('id', '=', id)
      .where('revoked_at', 'is', null)
      .where('declined_at', 'is', null)

  return {
    async add(share: ShareRow) {
      await db.insertInto('shares').values(encode(share)).execute()
    },

    /**
     * A share with the path of its secret, if neither side has ended it. It can be in any organisation: the person who opens a share may be
     * in none, or in another one.
     */
    liveOfAnyOrg: async (id: string): Promise<ListedShare | undefined> =>
      orUndefined(
        await listed().where('shares.id', '=', id).where('shares.declined_at', 'is', null).executeTakeFirst(),
        listedOf,
      ),

    /**
     * The number of shares that an organisation has created since an instant, including revoked ones. The lock holds until the unit of work
     * ends: others who want to create one wait.
     */
    async madeSince(orgId: string, since: number): Promise<number> {
      await lockRows(handle, db.selectFrom('orgs').select('id').where('id', '=', orgId)).execute()
      const { made } = await db
        .selectFrom('shares')
        .select(eb => eb.fn.countAll().as('made'))
        .where('org_id', '=', orgId)
        .where('created_at', '>', since)
        .executeTakeFirstOrThrow()
      return Number(made)
    },

    async outbound(orgId: string, type: string, id: string): Promise<ListedShare[]> {
      const made = listed().where('shares.org_id', '=', orgId).where('shares.created_by_type', '=', type)
      return (await made.where('shares.created_by', '=', id).execute()).map(listedOf)
    },

    async inbound({ type, id, orgId, email }: Recipient): Promise<ListedShare[]> {
      const rows = listed()
        .where('shares.declined_at', 'is', null)
        .where(eb => {
          const named = eb.and([
            eb('shares.org_id', '=', orgId),
            eb('shares.recipient_id', '=', id),
            eb('shares.recipient_type', 'in', type === 'agent' ? ['agent'] : ['user', 'creator']),
          ])
          if (type === 'agent') return named
          const mailed = eb.and([
            eb('shares.recipient_type', '=', 'external_email'),
            eb.or([
              eb('shares.recipient_id', '=', id),
              ...(email === undefined
                ? []
                : [eb.and([eb('shares.recipient_id', 'is', null), eb('shares.recipient_email', '=', email)])]),
            ]),
          ])
          return eb.or([named, mailed])
        })
      return (await rows.execute()).map(listedOf)
    },

    /** Counts one opening. Returns the new count, or undefined if the share was used up or has ended in the meantime. */
    async countAccess(orgId: string, id: string, now: number): Promise<number | undefined> {
      const row = await live(orgId, id)
        .set(eb => ({ access_count: eb('access_count', '+', 1) }))
        .where('expires_at', '>', now)
        .where(eb => eb.or([eb('max_access_count', '=', 0), eb('access_count', '<', eb.ref('max_access_count'))]))
        .returning('access_count')
        .executeTakeFirst()
      return row?.access_count
    },

    /** Takes back the count of an opening whose value could not be read. */
    async uncountAccess(orgId: string, id: string) {
      await db
        .updateTable('shares')
        .set(eb => ({ access_count: eb('access_count', '-', 1) }))
        .where('org_id', '=', orgId)
        .where('id', '=', id)
        .where('access_count', '>', 0)
        .execute()
    },

    /** Binds it to the person who accepted it. False if it has ended in the meantime, or belongs to another person by now. */
    async accept(orgId: string, id: string, recipientId: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await live(orgId, id)
        .set({ accepted_at: now, recipient_id: recipientId })
        .where('expires_at', '>', now)
        .where(eb => eb.or([eb('recipient_id', 'is', null), eb('recipient_id', '=', recipientId)]))
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    async decline(orgId: string, id: string, now: number): Promise<boolean> {
      const { numUpdatedRows } = await live(orgId, id).set({ declined_at: now }).executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** False if the caller did not create it, or it was already revoked. */
    async revoke(id: string, { type, id: creatorId, orgId }: Omit<Recipient, 'email'>, now: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('shares')
        .set({ revoked_at: now })
        .where('id', '=', id)
        .where('org_id', '=', orgId)
        .where('created_by_type', '=', type)
        .where('created_by', '=', creatorId)
        .where('revoked_at', 'is', null)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    deleteExpired: (before: number, most: number) =>
      deleteSome(handle, most, { table: 'shares', key: ['id'], where: sql`expires_at < ${before}` }),
  }
}
