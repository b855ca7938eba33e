import type { FastifyReply } from 'fastify'
import type { Database } from '../../../db/database.ts'
import type { NewPayment, Payment, PaymentStore } from '../../../stores/billing/payments.ts'
import { reservationIn } from './reservation.ts'
import { LEASE_MS, type Settling } from './settling.ts'

export interface CarryingOutDeps {
  readonly database: Database<{ payments: PaymentStore }>
  readonly settling: Settling
  readonly clock: () => number
}

/** A valid payment, or why it is not one. */
type Outcome = { readonly transaction: string; readonly reply?: Readonly<Record<string, unknown>> } | { readonly refused: string }

interface Around<T> {
  readonly reserving: NewPayment
  readonly work: () => Promise<T>
  readonly reply: FastifyReply
  /** Called with the settlement before the reply is sent. */
  readonly paid: (settled: Exclude<Outcome, { refused: string }>) => Promise<void>
  /** Creates the error for an invalid payment; no part of the reply is sent then. */
  readonly refuse: (why: string) => Promise<Error>
}

export const USED = 'the payment was used before'
const UNSURE = 'the facilitator did not confirm the settlement; send the same payment again'
const BUSY = 'the payment is being processed; send it again in a few seconds'
/** How often a payment without a reply can be presented again. */
const MAX_SHOWN = 50

/**
 * Carries out paid requests. The payment is reserved first, and taken after the request has succeeded but before its reply is sent. A
 * payment whose reply was never sent stays valid, for the same request only: its payer presents it again.
 */
export function carryingOut({ database, settling, clock }: CarryingOutDeps) {
  const payments = <R>(work: (store: PaymentStore) => Promise<R>): Promise<R> => database.run(stores => work(stores.payments))
  const leave = (hash: string) => payments(store => store.leaveUntil(hash, clock()))

  /** The payment, reserved for this request alone, or the reason why it cannot be. */
  function takeUp(reserving: NewPayment): Promise<Payment | string> {
    const now = clock()
    const dueAt = now + LEASE_MS
    return payments(async store => {
      if (await store.reserve(reserving, dueAt)) {
        return { ...reserving, state: 'reserved', transactionHash: null, dueAt, attempts: 0 }
      }
      const known = await store.find(reserving.proofHash)
      if (!known || !isOwed(known, reserving)) return USED
      const taken = await store.reclaim(known.proofHash, { now, dueAt, attempts: MAX_SHOWN })
      // The reply is being sent, if it was paid.
      return taken ?? (known.state === 'paid' ? USED : BUSY)
    })
  }

  async function settled(payment: Payment): Promise<Outcome> {
    if (payment.transactionHash !== null) return { transaction: payment.transactionHash }
    const settlement = await settling.settle(payment)
    if (settlement.state === 'settled') return settlement
    if (settlement.state === 'unknown') await leave(payment.proofHash)
    return { refused: settlement.state === 'refused' ? settlement.reason : UNSURE }
  }

  /** Returns the result of `work`, which is then paid. */
  async function carry<T>(payment: Payment, { work, reply, paid, refuse }: Around<T>): Promise<T> {
    const { proofHash } = payment
    // The request was carried out but not answered: the money is taken first.
    const before = payment.state === 'done' ? await settled(payment) : undefined
    if (before && 'refused' in before) throw await refuse(before.refused)
    const isTaken = before !== undefined || payment.state === 'paid'
    /** After a failure of the server the outcome is unknown, so the payment stays with this request. */
    const giveBack = (status: number) =>
      status >= 500 || isTaken ? leave(proofHash) : payments(store => store.release(proofHash))
    const answer = await work().catch(async (error: unknown) => {
      await giveBack(statusOf(error))
      throw error
    })
    if (reply.statusCode >= 400) {
      await giveBack(reply.statusCode)
      return answer
    }
    if (!isTaken) await payments(store => store.move(proofHash, { from: ['reserved'], to: 'done' }))
    const outcome = before ?? (await settled({ ...payment, state: 'done' }))
    if ('refused' in outcome) throw await refuse(outcome.refused)
    await paid(outcome)
    noteLeaving(reply, proofHash)
    return answer
  }

  /** A reply that could not be sent is still owed. */
  function noteLeaving({ raw }: FastifyReply, proofHash: string): void {
    let hasLeft = false
    raw.once('finish', () => {
      hasLeft = true
    })
    raw.once('close', () => {
      const done = hasLeft ? payments(store => store.move(proofHash, { from: ['paid'], to: 'settled' })) : leave(proofHash)
      // The reply is still owed then: the same request gets one reply too many, which is better than none.
      done.catch(() => {})
    })
  }

  /** @throws the error of `refuse` if the payment was used before or is not valid. */
  return async function around<T>(about: Around<T>): Promise<T> {
    const payment = await takeUp(about.reserving)
    if (typeof payment === 'string') throw await about.refuse(payment)
    return settling.held(payment.proofHash, () => carry(payment, about))
  }
}

/** Whether a known payment was made for the same request, whose reply has not been sent. */
function isOwed(known: Payment, shown: NewPayment): boolean {
  return mayBeOwed(known, shown) && reservationIn(known).body === reservationIn(shown).body
}

/** The same check before the body of the request has arrived. */
export function mayBeOwed(known: Payment, { operation, orgId, request }: NewPayment): boolean {
  if (known.state === 'settled' || known.state === 'failed') return false
  const isSame = known.operation === operation && known.orgId === orgId
  return isSame && pathOf(known) === pathOf({ request })
}

/** Without the server's address, because a server can have several. */
function pathOf(payment: Pick<Payment, 'request'>): string {
  const { pathname, search } = new URL(reservationIn(payment).resource)
  return pathname + search
}

function statusOf(error: unknown): number {
  return error instanceof Error && 'status' in error && typeof error.status === 'number' ? error.status : 500
}
