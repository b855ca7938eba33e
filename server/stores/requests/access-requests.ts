import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import { holdRows } from '../../db/row-lock.ts'
import type { Schema } from '../../db/schema/schema.ts'
import type { AuditStore } from '../audit/audit.ts'
import { codec, orUndefined } from '../codec.ts'
import { endPolicies } from '../policies/ended-policies.ts'
import { inParts } from '../rows-in-parts.ts'

const { decode, encode } = codec<Selectable<Schema['access_requests']>>()<{ permissions: readonly string[] }>({
  flags: [],
  json: ['permissions'],
})

export type AccessRequestRow = ReturnType<typeof decode>
export type AccessRequestStore = ReturnType<typeof accessRequestStore>

/** The requester. */
export interface Requester {
  readonly type: string
  readonly id: string
  readonly orgId: string
}

/** The outcome of a request; an approval has `policyId` and `endsAt` (epoch milliseconds). */
export interface Settled {
  readonly status: 'approved' | 'declined' | 'withdrawn'
  readonly by: string
  readonly now: number
  readonly note?: string | undefined
  readonly policyId?: string
  readonly endsAt?: number | null
}

/** Requests of people and agents for access to secrets. */
export function accessRequestStore(handle: Handle) {
  const { db } = handle
  const open = (now: number) =>
    db.selectFrom('access_requests').selectAll().where('status', '=', 'pending').where('expires_at', '>', now)

  return {
    async add(request: AccessRequestRow) {
      await db.insertInto('access_requests').values(encode(request)).execute()
    },

    byId: async (orgId: string, id: string) =>
      orUndefined(
        await db.selectFrom('access_requests').selectAll().where('org_id', '=', orgId).where('id', '=', id).executeTakeFirst(),
        decode,
      ),

    /** Open requests, oldest first. */
    open: async (orgId: string, now: number) =>
      (await open(now).where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute()).map(decode),

    /** Open requests of one principal. */
    async openOf({ type, id, orgId }: Requester, now: number) {
      const own = open(now).where('org_id', '=', orgId).where('requester_type', '=', type).where('requester_id', '=', id)
      return (await own.execute()).map(decode)
    },

    /** The number of requests that one principal has made since an instant, in any state. */
    async madeSince({ type, id, orgId }: Requester, since: number): Promise<number> {
      const own = db.selectFrom('access_requests').where('requester_id', '=', id).where('requester_type', '=', type)
      const made = own.where('org_id', '=', orgId)
      const count = made.where('created_at', '>', since).select(({ fn }) => fn.countAll<number | string>().as('made'))
      return Number((await count.executeTakeFirstOrThrow()).made)
    },

    /** Newest first; limited by how long requests are kept. */
    async inOrg(orgId: string, limit: number) {
      const ids = db.selectFrom('access_requests').select('id').where('org_id', '=', orgId)
      return inParts(await ids.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute(), async some =>
        (await db.selectFrom('access_requests').selectAll().where('id', 'in', some).execute()).map(decode),
      )
    },

    /** When the same request was last declined, epoch milliseconds. */
    async declinedAt({ type, id, orgId }: Requester, vaultId: string, pattern: string): Promise<number | undefined> {
      const row = await db
        .selectFrom('access_requests')
        .select('decided_at')
        .where('org_id', '=', orgId)
        .where('requester_id', '=', id)
        .where('requester_type', '=', type)
        .where('status', '=', 'declined')
        .where('vault_id', '=', vaultId)
        .where('secret_path_pattern', '=', pattern)
        .orderBy('decided_at', 'desc')
        .limit(1)
        .executeTakeFirst()
      return row?.decided_at ?? undefined
    },

    /** Settles an open request, once. False if somebody was faster or it has expired. */
    async settle(orgId: string, id: string, { status, by, now, note, policyId, endsAt }: Settled): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('access_requests')
        .set({
          ...{ status, decided_by: by, decided_at: now, note: note ?? null },
          ...{ policy_id: policyId ?? null, access_ends_at: endsAt ?? null },
        })
        .where('org_id', '=', orgId)
        .where('id', '=', id)
        .where('status', '=', 'pending')
        .where('expires_at', '>', now)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /**
     * The token generation of the requester or the decider, locked until the unit of work ends: a person loses access either before or
     * after it, not during it.
     */
    async generation({ type, id, orgId }: Requester): Promise<number | undefined> {
      const held =
        type === 'agent'
          ? db.selectFrom('agents').select('token_generation').where('org_id', '=', orgId).where('id', '=', id)
          : db.selectFrom('users').select('token_generation').where('id', '=', id)
      const row = await holdRows(handle, held).executeTakeFirst()
      return row?.token_generation
    },

    /** Requests that expired without a decision in a period, without its first moment; the first comes first. */
    async lapsed(from: number, to: number, limit: number) {
      const rows = db.selectFrom('access_requests').selectAll().where('status', '=', 'pending')
      const due = rows.where('expires_at', '>', from).where('expires_at', '<=', to)
      return (await due.orderBy('expires_at').orderBy('id').limit(limit).execute()).map(decode)
    },

    deleteExpired: (before: number, most: number) =>
      deleteSome(handle, most, { table: 'access_requests', key: ['id'], where: sql`expires_at < ${before}` }),
  }
}

/**
 * Call this within the unit of work that ends a person's tokens: access that was granted on request ends with the sign-ins of its approver
 * and its requester. No grant is missed, because an approval locks the rows of both people.
 */
export async function endAccessOnRequest(
  handle: Handle,
  audit: Pick<AuditStore, 'append'>,
  userId: string,
  now: number,
): Promise<void> {
  const given = handle.db
    .selectFrom('access_requests')
    .innerJoin('policies', 'policies.id', 'access_requests.policy_id')
    .select('policies.id')
    .where('status', '=', 'approved')
    .where(eb =>
      eb.or([eb('decided_by', '=', userId), eb.and([eb('requester_type', '=', 'user'), eb('requester_id', '=', userId)])]),
    )
  await endPolicies(handle, audit)(await given.execute(), { why: 'sign-in ended', now })
}
