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

/** Who asks. */
export interface Requester {
  readonly type: string
  readonly id: string
  readonly orgId: string
}

/** How a request ends; `policyId` and `endsAt` (epoch milliseconds) are of an approval. */
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

    /** Those that wait for a decision, the oldest first. */
    open: async (orgId: string, now: number) =>
      (await open(now).where('org_id', '=', orgId).orderBy('created_at').orderBy('id').execute()).map(decode),

    /** Those of one principal that wait for a decision. */
    async openOf({ type, id, orgId }: Requester, now: number) {
      const own = open(now).where('org_id', '=', orgId).where('requester_type', '=', type).where('requester_id', '=', id)
      return (await own.execute()).map(decode)
    },

    /** How many of one principal were made since, whatever became of them. */
    async madeSince({ type, id, orgId }: Requester, since: number): Promise<number> {
      const own = db.selectFrom('access_requests').where('requester_id', '=', id).where('requester_type', '=', type)
      const made = own.where('org_id', '=', orgId)
      const count = made.where('created_at', '>', since).select(({ fn }) => fn.countAll<number | string>().as('made'))
      return Number((await count.executeTakeFirstOrThrow()).made)
    },

    /** The newest first; bounded by what is kept. */
    async inOrg(orgId: string, limit: number) {
      const ids = db.selectFrom('access_requests').select('id').where('org_id', '=', orgId)
      return inParts(await ids.orderBy('created_at', 'desc').orderBy('id').limit(limit).execute(), async some =>
        (await db.selectFrom('access_requests').selectAll().where('id', 'in', some).execute()).map(decode),
      )
    },

    /** When the same was declined last, epoch milliseconds. */
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

    /** Settles an open one, once. False when somebody was faster or it has expired. */
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
     * The token generation of who asks or decides, which stays what it is until the unit of work ends: who is cut off at this moment is
     * cut off before or after, and not in between.
     */
    async generation({ type, id, orgId }: Requester): Promise<number | undefined> {
      const held =
        type === 'agent'
          ? db.selectFrom('agents').select('token_generation').where('org_id', '=', orgId).where('id', '=', id)
          : db.selectFrom('users').select('token_generation').where('id', '=', id)
      const row = await holdRows(handle, held).executeTakeFirst()
      return row?.token_generation
    },

    /** Those that nobody had decided when their time was over, in a span of time after its first moment; the first first. */
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
 * Within the unit of work that ends a person's tokens: access that was given on request ends with the sign-ins of who approved it and of
 * who asked. Nothing slips in between, since an approval holds both people's rows.
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
