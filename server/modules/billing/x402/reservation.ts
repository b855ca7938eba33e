import { createHash } from 'node:crypto'
import type { Payment } from '../../../stores/billing/payments.ts'
import { type FacilitatorRequest, requestOf } from './facilitator.ts'
import type { Proof } from './proof.ts'
import type { Terms } from './terms.ts'

/** The purpose of a payment, and its authorization (EIP-3009). */
export interface PaidFor {
  /** CAIP-2. */
  readonly network: string
  readonly asset: string
  readonly payer: string
  readonly nonce: string
  readonly payTo: string
  /** In the smallest unit of the asset. */
  readonly amount: string
}

/** The stored data of a payment in addition to its state. */
export interface Reservation {
  readonly told: FacilitatorRequest
  /** URL of the request: a payment without a reply is valid for this one only. */
  readonly resource: string
  readonly paidFor: PaidFor
  /** SHA-256 in hexadecimal of the request body: a reply to another body must be paid separately. */
  readonly body?: string
  /** Epoch seconds after which it can no longer be settled. */
  readonly validBefore: number
}

export function reservationOf(facilitatorUrl: string, proof: Proof, terms: Terms): Reservation {
  const { network, asset, payTo } = terms.v2
  return {
    told: requestOf(facilitatorUrl, proof),
    resource: terms.resource,
    paidFor: { network, asset, payTo, amount: terms.amount, payer: proof.payer, nonce: proof.nonce },
    validBefore: proof.validBefore,
  }
}

export function reservationIn({ request }: Pick<Payment, 'request'>): Reservation {
  return request as Readonly<Record<string, unknown>> & Reservation
}

export function bodyDigest(body: Uint8Array | undefined): string {
  return createHash('sha256')
    .update(body ?? '')
    .digest('hex')
}
