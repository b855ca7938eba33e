import type { Selectable } from 'kysely'
import { sql } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { deleteSome } from '../../db/delete-some.ts'
import type { Schema } from '../../db/schema/schema.ts'
import { DAY_MS } from '../audit/days.ts'
import { codec, orUndefined } from '../codec.ts'
import { nonceQueries } from './nonces.ts'
import { only, reservationStatements, type SpendingRow } from './reservation-statements.ts'
import { spendingSums } from './spending-sums.ts'
import { SHOWN, type TransactionRow, transactions } from './transaction-rows.ts'
import { changing } from './transitions.ts'

const claims = codec<Selectable<Schema['idempotency_keys']>>()<{ answer: Readonly<Record<string, unknown>> }>({
  flags: [],
  json: ['answer'],
})

/** The entry of an idempotency key. `answer`: status and body; null while the first request is running. */
export type IdempotencyRow = ReturnType<typeof claims.decode>
export type IntentStore = ReturnType<typeof intentStore>

/** The filter for an agent's transactions, newest first. */
export interface Page {
  readonly orgId: string
  readonly agentId: string
  /** Only transactions before this one in the agent's sequence. */
  readonly before?: number | undefined
  readonly status?: string | undefined
  /** Only those created on this day, in days since 1970 (UTC). */
  readonly day?: number | undefined
  readonly limit: number
  /** Includes the raw transactions. */
  readonly signed: boolean
}

/** Transactions, spending of agents, reserved nonces and idempotency keys. */
export function intentStore(handle: Handle) {
  const { db } = handle
  const statements = reservationStatements(handle)
  const ofAgent = (orgId: string, agentId: string) =>
    db.selectFrom('transactions').where('agent_id', '=', agentId).where('org_id', '=', orgId)
  const change = changing(handle)

  return {
    ...nonceQueries(handle, statements),
    ...spendingSums(handle),

    add: async (transaction: TransactionRow) => void (await statements.add([transaction])),

    async byId(orgId: string, agentId: string, id: string): Promise<TransactionRow | undefined> {
      const row = ofAgent(orgId, agentId).selectAll().where('id', '=', id)
      return orUndefined(await row.executeTakeFirst(), transactions.decode)
    },

    async page({ orgId, agentId, before, status, day, limit, signed }: Page): Promise<TransactionRow[]> {
      // A day is found by its time, not among all transactions in their order.
      const order = day === undefined ? sql<number>`seq` : sql<number>`seq + 0`
      let query = ofAgent(orgId, agentId).orderBy(order, 'desc').limit(limit)
      if (day !== undefined) query = query.where('created_at', '>=', day * DAY_MS).where('created_at', '<', (day + 1) * DAY_MS)
      if (before !== undefined) query = query.where('seq', '<', before)
      if (status !== undefined) query = query.where('status', '=', status)
      if (signed) return (await query.selectAll().execute()).map(transactions.decode)
      return (await query.select(SHOWN).execute()).map(row => transactions.decode({ ...row, signed_tx: null }))
    },

    /** Changes the transaction if it is still in that state. False if it is not. */
    async change(orgId: string, id: string, from: string, fields: Partial<TransactionRow>): Promise<boolean> {
      return change(orgId, id, from, transactions.encode(fields))
    },

    /** The counted amounts of the agent's transactions that were created after `from`, and up to `to`. */
    counted: (agentId: string, from: number, to: number = Number.MAX_SAFE_INTEGER): Promise<bigint> =>
      only(statements.counted([{ agentId, from, to }])),

    /**
     * The counted amounts of the agent's transactions that were created up to `to` and can still be mined: they are signed and followed.
     */
    outstanding: (agentId: string, to: number): Promise<bigint> => only(statements.outstanding([{ agentId, to }])),

    /** The number of unused issued signatures; counted up to `most`. */
    signaturesOut: (agentId: string, most: number): Promise<number> => only(statements.signaturesOut([{ agentId, most }])),

    /** Locked until the unit of work ends: others who reserve for the same agent wait. */
    lockSpending: (agentId: string, windowStart: number): Promise<SpendingRow> =>
      only(statements.lockSpending([{ agentId, windowStart }])),

    saveSpending: async (row: SpendingRow) => void (await statements.saveSpending([row])),

    spendingOf: (agentIds: readonly string[]): Promise<SpendingRow[]> =>
      db.selectFrom('spending').selectAll().where('agent_id', 'in', agentIds).execute(),

    /** Makes the unfinished transactions of an ended process due at once, if there is no other process. */
    async recover(now: number) {
      await db
        .updateTable('transactions')
        .set({ due_at: now })
        .where('status', 'in', ['pending', 'signed'])
        .where('due_at', '>', now)
        .execute()
      await db.deleteFrom('idempotency_keys').where('transaction_id', 'is', null).where('answer', 'is', null).execute()
    },

    anyDue: async (now: number): Promise<boolean> =>
      (await db.selectFrom('transactions').select('id').where('due_at', '<=', now).limit(1).executeTakeFirst()) !== undefined,

    /** Takes due transactions and moves their time to `until`, so no other process takes them in the meantime. */
    async takeDue(now: number, until: number, limit: number): Promise<TransactionRow[]> {
      const due = await db
        .selectFrom('transactions')
        .select(['id', 'due_at'])
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .limit(limit)
        .execute()
      if (due.length === 0) return []
      const taken = db
        .updateTable('transactions')
        .set({ due_at: until })
        .where(
          'id',
          'in',
          due.map(({ id }) => id),
        )
        .where('due_at', '<=', now)
        .returningAll()
      return (await taken.execute()).map(transactions.decode)
    },

    /** False if there is already one. */
    async claimKey(claim: IdempotencyRow): Promise<boolean> {
      const { numInsertedOrUpdatedRows } = await db
        .insertInto('idempotency_keys')
        .values(claims.encode(claim))
        .onConflict(on => on.columns(['agent_id', 'key']).doNothing())
        .executeTakeFirst()
      return numInsertedOrUpdatedRows === 1n
    },

    async keyClaim(agentId: string, key: string): Promise<IdempotencyRow | undefined> {
      const row = db.selectFrom('idempotency_keys').selectAll().where('agent_id', '=', agentId).where('key', '=', key)
      return orUndefined(await row.executeTakeFirst(), claims.decode)
    },

    /** Takes over the claim of a dead request, unless another request has. */
    async takeOverKey(claim: IdempotencyRow, claimedAt: number): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('idempotency_keys')
        .set({ request_hash: claim.request_hash, claimed_at: claim.claimed_at, transaction_id: null, answer: null })
        .where('agent_id', '=', claim.agent_id)
        .where('key', '=', claim.key)
        .where('claimed_at', '=', claimedAt)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Links the key to its record or its reply. False if another request has taken over the claim. */
    async fillKey(
      agentId: string,
      key: string,
      claimedAt: number,
      fields: { transaction_id?: string; answer?: Readonly<Record<string, unknown>> },
    ): Promise<boolean> {
      const { numUpdatedRows } = await db
        .updateTable('idempotency_keys')
        .set(claims.encode(fields))
        .where('agent_id', '=', agentId)
        .where('key', '=', key)
        .where('claimed_at', '=', claimedAt)
        .executeTakeFirst()
      return numUpdatedRows === 1n
    },

    /** Releases a claim, except that of a signed transaction: a repetition must find it and not create it again. */
    async freeKey(agentId: string, key: string, claimedAt: number) {
      await db
        .deleteFrom('idempotency_keys')
        .where('agent_id', '=', agentId)
        .where('key', '=', key)
        .where('claimed_at', '=', claimedAt)
        .where(({ not, exists, selectFrom }) => {
          const own = selectFrom('transactions as t').select('t.id').whereRef('t.id', '=', 'idempotency_keys.transaction_id')
          return not(exists(own.where('t.tx_hash', 'is not', null)))
        })
        .execute()
    },

    /** Releases the key of a request that died before its transaction was signed. */
    async freeKeyOf(agentId: string, transactionId: string) {
      await db
        .deleteFrom('idempotency_keys')
        .where('agent_id', '=', agentId)
        .where('transaction_id', '=', transactionId)
        .where('answer', 'is', null)
        .execute()
    },

    forgetKeys: (before: number, most: number) =>
      deleteSome(handle, most, { table: 'idempotency_keys', key: ['agent_id', 'key'], where: sql`claimed_at < ${before}` }),
  }
}
