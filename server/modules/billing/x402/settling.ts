import type { Database } from '../../../db/database.ts'
import type { Payment, PaymentStore } from '../../../stores/billing/payments.ts'
import type { Facilitator, Settlement } from './facilitator.ts'
import type { LookUp } from './on-chain.ts'
import { reservationIn } from './reservation.ts'

export interface SettlingDeps {
  readonly database: Database<{ payments: PaymentStore }>
  readonly facilitator: Facilitator
  readonly lookUp: LookUp
  readonly clock: () => number
}

export type Settling = ReturnType<typeof settling>

/** A process renews its hold on a payment before this time is over; then another process can take it. */
export const LEASE_MS = 20_000
const AT_ONCE = 20
/** After its last second, the payment can still be in a block whose time is slightly earlier. */
const MARGIN_SECONDS = 60
/** For a payment that neither the facilitator nor the chain knows. */
const MAX_ATTEMPTS = 30
const RETRY_MS = 5_000
const MAX_RETRY_MS = 300_000

/** Takes the money for successful requests, once each: an EIP-3009 authorization cannot be used twice. */
export function settling({ database, facilitator, lookUp, clock }: SettlingDeps) {
  /** Asks the facilitator, and the chain if the facilitator does not confirm. Nothing is written. */
  async function ask(payment: Payment): Promise<Settlement> {
    const { told, paidFor, validBefore } = reservationIn(payment)
    const asked = payment.attempts > 0
    // The facilitator gave no reply to an earlier request, so a refusal now (such as a used nonce) says nothing about that one.
    const before = asked ? await lookUp(paidFor) : undefined
    if (before?.state === 'moved') return { ...before, state: 'settled' }
    if (before?.state === 'gone') return { state: 'refused', reason: 'the authorization was used for something else' }
    const isOver = clock() / 1000 > validBefore + MARGIN_SECONDS
    if (before?.state === 'open' && isOver) return { state: 'refused', reason: 'the authorization has ended' }
    const said = await facilitator.settle(told, payment.payer)
    if (said.state === 'settled') return said
    const after = await lookUp(paidFor)
    if (after.state === 'moved') return { ...after, state: 'settled' }
    if (said.state === 'refused' && (!asked || after.state === 'gone')) return said
    return payment.attempts >= MAX_ATTEMPTS
      ? { state: 'refused', reason: 'whether it was settled cannot be determined' }
      : { state: 'unknown' }
  }

  /** Works on a payment while no other process can take it. */
  async function held<T>(proofHash: string, work: () => Promise<T>): Promise<T> {
    const extend = () => database.run(({ payments }) => payments.leaveUntil(proofHash, clock() + LEASE_MS))
    // A failed renewal is repaired by the next one.
    const timer = setInterval(() => void extend().catch(() => {}), LEASE_MS / 4)
    try {
      return await work()
    } finally {
      clearInterval(timer)
    }
  }

  return {
    held,

    /** Takes the money for a `done` payment, or finds out whether it was taken. If that is still unknown, another process can try. */
    async settle(payment: Payment): Promise<Settlement> {
      const { proofHash, attempts } = payment
      const settlement = await ask(payment)
      const retryAt = clock() + Math.min(RETRY_MS * 2 ** attempts, MAX_RETRY_MS)
      await database.run(async ({ payments }) => {
        if (settlement.state === 'unknown') return payments.leaveUntil(proofHash, retryAt)
        const { transaction } = { transaction: undefined, ...settlement }
        await payments.move(proofHash, {
          from: ['done'],
          to: settlement.state === 'settled' ? 'paid' : 'failed',
          ...(transaction !== undefined && { transaction }),
        })
      })
      return settlement
    },

    /** Settles the payments that dead processes left, or for which a process got no reply. One process takes each payment. */
    async settleLeft(): Promise<number> {
      const now = clock()
      if (!(await database.read(({ payments }) => payments.isDue(now)))) return 0
      const left = await database.run(({ payments }) => payments.claim({ now, limit: AT_ONCE, dueAt: now + LEASE_MS }))
      for (const payment of left) {
        const { state } = await held(payment.proofHash, () => this.settle(payment))
        // No process works on it: the payer can present the payment again, for the reply that was never sent.
        if (state === 'settled') await database.run(({ payments }) => payments.leaveUntil(payment.proofHash, clock()))
      }
      return left.length
    },
  }
}
