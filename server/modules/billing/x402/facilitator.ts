import type { Outbound } from '../../../http/outbound.ts'
import type { Proof } from './proof.ts'

/** The message to the facilitator about a payment to verify or settle. */
export interface FacilitatorRequest {
  readonly url: string
  readonly x402Version: number
  readonly paymentPayload: unknown
  readonly paymentRequirements: unknown
}

export type Verdict = { readonly ok: true } | { readonly ok: false; readonly reason: string }
export type Settlement =
  | { readonly state: 'settled'; readonly transaction: string; readonly reply?: Readonly<Record<string, unknown>> }
  | { readonly state: 'refused'; readonly reason: string }
  /** No reply, or one that makes no sense: it is unknown whether money moved. */
  | { readonly state: 'unknown' }

const VERIFY_MS = 10_000
const SETTLE_MS = 45_000
const MAX_BYTES = 64 * 1024
const TRANSACTION = /^0x[0-9a-fA-F]{64}$/
const REASON = /^[A-Za-z0-9_ .:-]{1,120}$/

export type Facilitator = ReturnType<typeof facilitator>

/** The facilitator, which checks and settles payments (https://docs.x402.org). Only an explicit yes counts. */
export function facilitator(outbound: Outbound) {
  async function ask(
    path: 'verify' | 'settle',
    { url, ...told }: FacilitatorRequest,
    timeoutMs: number,
  ): Promise<{ status: number; body: Readonly<Record<string, unknown>> }> {
    const base = url.replace(/\/+$/, '')
    const reply = await outbound.post({ url: `${base}/${path}`, body: JSON.stringify(told), timeoutMs, maxBytes: MAX_BYTES })
    const body: unknown = JSON.parse(reply.body)
    if (typeof body !== 'object' || body === null) throw new Error('The facilitator did not answer with an object.')
    return { status: reply.status, body: body as Readonly<Record<string, unknown>> }
  }

  return {
    async verify(request: FacilitatorRequest, payer: string): Promise<Verdict> {
      try {
        const { status, body } = await ask('verify', request, VERIFY_MS)
        if (status !== 200 || body['isValid'] !== true) return { ok: false, reason: reasonOf(body['invalidReason']) }
        return samePayer(body['payer'], payer) ? { ok: true } : { ok: false, reason: 'the facilitator names another payer' }
      } catch {
        return { ok: false, reason: 'the facilitator cannot be reached' }
      }
    },

    async settle(request: FacilitatorRequest, payer: string | null): Promise<Settlement> {
      try {
        const { status, body } = await ask('settle', request, SETTLE_MS)
        const { success, transaction, payer: paidBy, errorReason } = body
        if (status === 200 && success === true) {
          if (typeof transaction !== 'string' || !TRANSACTION.test(transaction)) return { state: 'unknown' }
          return samePayer(paidBy, payer) ? { state: 'settled', transaction, reply: body } : { state: 'unknown' }
        }
        return success === false ? { state: 'refused', reason: reasonOf(errorReason) } : { state: 'unknown' }
      } catch {
        return { state: 'unknown' }
      }
    },
  }
}

export function requestOf(url: string, { payload, requirement }: Proof): FacilitatorRequest {
  return { url, x402Version: payload.x402Version, paymentPayload: payload, paymentRequirements: requirement }
}

function samePayer(told: unknown, payer: string | null): boolean {
  return told === undefined || payer === null || String(told).toLowerCase() === payer.toLowerCase()
}

/** Text from outside goes to the client only if it looks like a code. */
function reasonOf(reason: unknown): string {
  return typeof reason === 'string' && REASON.test(reason) ? reason : 'the facilitator does not accept the payment'
}
