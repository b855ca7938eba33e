import type { FastifyReply, FastifyRequest } from 'fastify'
import { endpoints } from '../../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../../src/contract/schema/endpoint.ts'
import { PRICES } from '../../../../src/contract/schema/prices.ts'
import { Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import type { RequestPayment } from '../../../http/meter.ts'
import type { PaymentStore } from '../../../stores/billing/payments.ts'
import type { LiveBillingSettings, X402Settings } from '../settings.ts'
import { type Facilitator, type FacilitatorRequest, requestOf, type Settlement } from './facilitator.ts'
import { type Proof, proofHeader, readProof } from './proof.ts'
import { isPriced, offerV1, offerV2, type Terms, termsOf } from './terms.ts'

export interface X402Deps {
  readonly database: Database<{ payments: PaymentStore }>
  readonly facilitator: Facilitator
  readonly settings: LiveBillingSettings
  /** Base of the server's own address, without a trailing slash. */
  readonly publicUrl: () => string
  readonly clock: () => number
}

export type X402 = ReturnType<typeof x402Payments>

const PRICED = (endpoints as readonly EndpointSpec[]).filter(isPriced)
const NO_PAYMENT = 'X-PAYMENT header is required'
/** Longer than a request may take: until then whoever reserved a payment finishes it. */
const LEFT_AFTER_MS = 120_000
const RETRY_MS = 60_000
/** A payment is good for a minute; what could not be settled by then never will be. */
const MAX_ATTEMPTS = 10
const CLAIM = 20

/** Payments for single requests by the x402 protocol: verified, then reserved, and settled before anything of the answer leaves. */
export function x402Payments({ database, facilitator, settings, publicUrl, clock }: X402Deps) {
  async function termsFor(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings): Promise<Terms> {
    if (!isPriced(endpoint)) throw new Problem('payment.required')
    return termsOf(endpoint.price, publicUrl() + request.url, current)
  }

  async function refusal(terms: Terms, error: string, why = terms.description): Promise<Problem> {
    const offer = { body: offerV1(terms, error, why), header: await offerV2(terms, error) }
    return new Problem('payment.required', error === NO_PAYMENT ? why : `The payment was not accepted: ${error}.`, { offer })
  }

  async function settle(hash: string, payer: string | null, told: FacilitatorRequest): Promise<Settlement> {
    const settlement = await facilitator.settle(told, payer)
    await database.run(async ({ payments }) => {
      if (settlement.state === 'settled') await payments.settled(hash, settlement.transaction)
      if (settlement.state === 'refused') await payments.failed(hash)
    })
    return settlement
  }

  function payment(endpoint: EndpointSpec, request: FastifyRequest, terms: Terms, proof: Proof, url: string): RequestPayment {
    const told = requestOf(url, proof)
    return {
      async around(work, reply) {
        const now = clock()
        const reserved = await database.run(({ payments }) =>
          payments.reserve(
            {
              proofHash: proof.hash,
              orgId: request.actor?.orgId ?? null,
              operation: endpoint.id,
              payer: proof.payer,
              network: terms.v2.network,
              amount: terms.amount,
              request: JSON.stringify(told),
              createdAt: now,
              attempts: 0,
            },
            now + LEFT_AFTER_MS,
          ),
        )
        if (!reserved) throw notPaid(request, await refusal(terms, 'the payment was used before'))
        const answer = await work().catch(async error => {
          await release(proof.hash)
          request.admission = undefined
          throw error
        })
        if (reply.statusCode >= 400) {
          await release(proof.hash)
          request.admission = undefined
          return answer
        }
        const settlement = await settle(proof.hash, proof.payer, told)
        if (settlement.state === 'settled') {
          await tellSettled(reply, proof, settlement.reply)
          return answer
        }
        const reason = settlement.state === 'refused' ? settlement.reason : 'the facilitator did not say whether it was settled'
        throw notPaid(request, await refusal(terms, reason))
      },
    }
  }

  const release = (hash: string) => database.run(({ payments }) => payments.release(hash))

  return {
    isPaying: ({ headers }: FastifyRequest): boolean => proofHeader(headers) !== undefined,

    /** The 402 that says how to pay. `why` is told to people. */
    async required(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings, why?: string): Promise<Problem> {
      return refusal(await termsFor(endpoint, request, current), NO_PAYMENT, why)
    },

    /** The payment of a request, verified. @throws Problem `payment.required` when it is not good. */
    async accept(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings): Promise<RequestPayment> {
      const terms = await termsFor(endpoint, request, current)
      const proof = await readProof(proofHeader(request.headers) ?? '', terms)
      if (typeof proof === 'string') throw await refusal(terms, proof)
      if (await database.read(({ payments }) => payments.find(proof.hash))) {
        throw await refusal(terms, 'the payment was used before')
      }
      const verdict = await facilitator.verify(requestOf(current.facilitatorUrl, proof), proof.payer)
      if (!verdict.ok) throw await refusal(terms, verdict.reason)
      return payment(endpoint, request, terms, proof, current.facilitatorUrl)
    },

    /** What has a price, and how it is paid: `/.well-known/x402`. */
    async prices() {
      const { enforced, x402: current } = await settings()
      const resources = await Promise.all(
        PRICED.map(async ({ method, path, price }) => {
          const terms = current && (await termsOf(price, publicUrl() + path, current))
          return {
            method,
            path,
            description: PRICES[price].title,
            price_usd: PRICES[price].x402Usd,
            accepts: terms ? [terms.v1] : [],
          }
        }),
      )
      return { x402Version: 1, enabled: enforced && current !== undefined, resources }
    },

    /** Settles reservations whose process died between carrying a request out and settling it. */
    async settleLeft(): Promise<number> {
      const now = clock()
      const left = await database.run(({ payments }) => payments.claim({ now, limit: CLAIM, retryAt: now + RETRY_MS }))
      for (const { proofHash, payer, request, attempts } of left) {
        const { state } = await settle(proofHash, payer, JSON.parse(request) as FacilitatorRequest)
        if (state === 'unknown' && attempts >= MAX_ATTEMPTS) await database.run(({ payments }) => payments.failed(proofHash))
      }
      return left.length
    },
  }
}

function notPaid(request: FastifyRequest, problem: Problem): Problem {
  request.admission = undefined
  return problem
}

/** `PAYMENT-RESPONSE`, and `X-PAYMENT-RESPONSE` for the first version: base64 of what the facilitator said. */
async function tellSettled(reply: FastifyReply, { payload }: Proof, settled: Readonly<Record<string, unknown>>): Promise<void> {
  const { encodePaymentResponseHeader } = await import('@x402/core/http')
  const header = payload.x402Version === 1 ? 'x-payment-response' : 'payment-response'
  reply.header(header, encodePaymentResponseHeader(settled as never))
}
