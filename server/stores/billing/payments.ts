import type { Handle } from '../../db/database.ts'
import { lockRows } from '../../db/row-lock.ts'

/** A payment by x402 that has been reserved: the facilitator is to settle it. */
export interface Payment {
  /** SHA-256 of what makes its proof unique, hexadecimal. */
  readonly proofHash: string
  /** Null where nobody was signed in. */
  readonly orgId: string | null
  readonly operation: string
  readonly payer: string | null
  readonly network: string
  /** In the smallest unit of the asset, as decimal text. */
  readonly amount: string
  /** JSON of what the facilitator is told. */
  readonly request: string
  readonly createdAt: number
  readonly attempts: number
}

export type PaymentStore = ReturnType<typeof paymentStore>

/** Each proof is spent once, whichever process it is shown to. */
export function paymentStore(handle: Handle) {
  const { db } = handle
  return {
    /** False when the proof has been spent, or is being spent now. */
    async reserve({ proofHash, orgId, operation, payer, network, amount, request, createdAt }: Payment, dueAt: number) {
      const row = await db
        .insertInto('x402_payments')
        .values({
          proof_hash: proofHash,
          org_id: orgId,
          operation,
          payer,
          network,
          amount,
          request,
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

    /** Gives a reservation back: what it was to pay for did not happen. */
    async release(proofHash: string) {
      await db.deleteFrom('x402_payments').where('proof_hash', '=', proofHash).where('state', '=', 'reserved').execute()
    },

    async settled(proofHash: string, transactionHash: string) {
      await db
        .updateTable('x402_payments')
        .set({ state: 'settled', transaction_hash: transactionHash })
        .where('proof_hash', '=', proofHash)
        .execute()
    },

    async failed(proofHash: string) {
      await db
        .updateTable('x402_payments')
        .set({ state: 'failed' })
        .where('proof_hash', '=', proofHash)
        .where('state', '=', 'reserved')
        .execute()
    },

    /** Reservations that nobody finished, for one attempt each: they are due again at `retryAt`. */
    async claim({ now, limit, retryAt }: { now: number; limit: number; retryAt: number }): Promise<Payment[]> {
      const due = db
        .selectFrom('x402_payments')
        .selectAll()
        .where('state', '=', 'reserved')
        .where('due_at', '<=', now)
        .orderBy('due_at')
        .orderBy('proof_hash')
        .limit(limit)
      const taken: Payment[] = []
      for (const row of await lockRows(handle, due).execute()) {
        const { numUpdatedRows } = await db
          .updateTable('x402_payments')
          .set({ attempts: row.attempts + 1, due_at: retryAt })
          .where('proof_hash', '=', row.proof_hash)
          .where('attempts', '=', row.attempts)
          .executeTakeFirst()
        if (numUpdatedRows === 1n) taken.push(paymentOf({ ...row, attempts: row.attempts + 1 }))
      }
      return taken
    },

    async find(proofHash: string): Promise<{ state: string; transactionHash: string | null } | undefined> {
      const row = await db.selectFrom('x402_payments').selectAll().where('proof_hash', '=', proofHash).executeTakeFirst()
      return row && { state: row.state, transactionHash: row.transaction_hash }
    },
  }
}

function paymentOf(row: {
  proof_hash: string
  org_id: string | null
  operation: string
  payer: string | null
  network: string
  amount: string
  request: string
  created_at: number
  attempts: number
}): Payment {
  return {
    proofHash: row.proof_hash,
    orgId: row.org_id,
    operation: row.operation,
    payer: row.payer,
    network: row.network,
    amount: row.amount,
    request: row.request,
    createdAt: row.created_at,
    attempts: row.attempts,
  }
}
