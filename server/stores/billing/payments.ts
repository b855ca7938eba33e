import type { Selectable } from 'kysely'
import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'
import type { Schema } from '../../db/schema/schema.ts'

/** A reserved x402 payment that the facilitator will settle. */
export interface Payment {
  /** SHA-256 of what makes its proof unique, hexadecimal. */
  readonly proofHash: string
  /** Null for a request without a sign-in. */
  readonly orgId: string | null
  readonly operation: string
  readonly payer: string | null
  readonly network: string
  /** In the smallest unit of the asset, as decimal text. */
  readonly amount: string
  /** The payment to settle, and its purpose. */
  readonly request: Readonly<Record<string, unknown>>
  readonly state: PaymentState
  readonly transactionHash: string | null
  readonly createdAt: number
  /** Until then a process is working on it. */
  readonly dueAt: number
  /** The number of times it was resumed. */
  readonly attempts: number
}

/**
 * `reserved`: its request is being carried out, and nothing is taken yet. `done`: the request succeeded; the money is taken, or its state
 * is unknown. `paid`: the money was taken, and no reply was sent yet. `settled`: the reply was sent, too. `failed`: the money will never be
 * taken.
 */
export type PaymentState = 'reserved' | 'done' | 'paid' | 'settled' | 'failed'

/** A payment when it is reserved. */
export type NewPayment = Omit<Payment, 'state' | 'transactionHash' | 'dueAt' | 'attempts'>

export interface Move {
  readonly from: readonly PaymentState[]
  readonly to: PaymentState
  readonly transaction?: string
}

export interface Reclaim {
  readonly now: number
  readonly dueAt: number
  /** Excludes payments that were resumed this often. */
  readonly attempts: number
}

/** There is still something to do. */
const OPEN: readonly string[] = ['reserved', 'done', 'paid']

export type PaymentStore = ReturnType<typeof paymentStore>

/** Each proof is spent once, by the first process that reserves it. */
export function paymentStore(handle: Handle) {
  const { db } = handle
  return {
    /** False if the proof was spent, or is being spent now. */
    async reserve({ proofHash, orgId, operation, payer, network, amount, request, createdAt }: NewPayment, dueAt: number) {
      const row = await db
        .insertInto('x402_payments')
        .values({
          proof_hash: proofHash,
          org_id: orgId,
          operation,
          payer,
          network,
          amount,
          request: JSON.stringify(request),
          state: 'reserved',
          transaction_hash: null,
          created_at: createdAt,
          due_at: dueAt,
          attempts: 0,
        })
        .onConflict(on => on.column('proof_hash').doNothing())
        .returning('proof_hash')
        .executeTakeFirst()
      return row !== undefined
    },

    /** Releases a reservation: its request was not carried out. */
    async release(proofHash: string) {
      await db.deleteFrom('x402_payments').where('proof_hash', '=', proofHash).where('state', '=', 'reserved').execute()
    },

    /** Extends the hold of the working process, or releases it from an instant on. */
    async leaveUntil(proofHash: string, dueAt: number) {
      await db
        .updateTable('x402_payments')
        .set({ due_at: dueAt })
        .where('proof_hash', '=', proofHash)
        .where('state', 'in', OPEN)
        .execute()
    },

    /** Moves a payment from one state to the next; does nothing if it is in another state. */
    async move(proofHash: string, { from, to, transaction }: Move) {
      await db
        .updateTable('x402_payments')
        .set({ state: to, ...(transaction !== undefined && { transaction_hash: transaction }) })
        .where('proof_hash', '=', proofHash)
        .where('state', 'in', from)
        .execute()
    },

    /** Whether anything waits to be settled. */
    async isDue(now: number): Promise<boolean> {
      const query = db.selectFrom('x402_payments').select('proof_hash').where('state', '=', 'done').where('due_at', '<=', now)
      return (await query.executeTakeFirst()) !== undefined
    },

    /** Payments that no process works on, for one attempt each: others can take them again at `dueAt`. */
    async claim({ now, limit, dueAt }: { now: number; limit: number; dueAt: number }): Promise<Payment[]> {
      const due = db
        .selectFrom('x402_payments')
        .selectAll()
        .where('state', '=', 'done')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('proof_hash')
        .limit(limit)
      const taken: Payment[] = []
      for (const row of await lockRows(handle, due).execute()) {
        const payment = await take(row, now, dueAt)
        if (payment) taken.push(payment)
      }
      return taken
    },

    /** Takes a payment that no process works on; undefined if one does, or if the payment is finished. */
    async reclaim(proofHash: string, { now, dueAt, attempts }: Reclaim): Promise<Payment | undefined> {
      const row = await db.selectFrom('x402_payments').selectAll().where('proof_hash', '=', proofHash).executeTakeFirst()
      if (!row || !OPEN.includes(row.state) || row.attempts >= attempts) return undefined
      return take(row, now, dueAt)
    },

    async find(proofHash: string): Promise<Payment | undefined> {
      const row = await db.selectFrom('x402_payments').selectAll().where('proof_hash', '=', proofHash).executeTakeFirst()
      return row && paymentOf(row)
    },
  }

  /** Has no effect if another request was faster. */
  async function take(row: Row, now: number, dueAt: number): Promise<Payment | undefined> {
    const { numUpdatedRows } = await db
      .updateTable('x402_payments')
      .set({ attempts: row.attempts + 1, due_at: dueAt })
      .where('proof_hash', '=', row.proof_hash)
      .where('attempts', '=', row.attempts)
      .where('due_at', '<=', now)
      .where('state', 'in', OPEN)
      .executeTakeFirst()
    return numUpdatedRows === 1n ? paymentOf({ ...row, attempts: row.attempts + 1 }) : undefined
  }
}

type Row = Selectable<Schema['x402_payments']>

function paymentOf(row: Row): Payment {
  return {
    proofHash: row.proof_hash,
    orgId: row.org_id,
    operation: row.operation,
    payer: row.payer,
    network: row.network,
    amount: row.amount,
    request: JSON.parse(row.request),
    state: row.state as PaymentState,
    transactionHash: row.transaction_hash,
    createdAt: Number(row.created_at),
    dueAt: Number(row.due_at),
    attempts: Number(row.attempts),
  }
}
