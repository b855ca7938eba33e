import type { FastifyReply, FastifyRequest } from 'fastify'
import { endpoints } from '../../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../../src/contract/schema/endpoint.ts'
import { PRICES } from '../../../../src/contract/schema/prices.ts'
import { NO_PAYMENT, Problem } from '../../../../src/problem.ts'
import type { Database } from '../../../db/database.ts'
import type { RequestPayment } from '../../../http/meter.ts'
import type { NewPayment, PaymentStore } from '../../../stores/billing/payments.ts'
import { microsOf } from '../money.ts'
import type { LiveBillingSettings, X402Settings } from '../settings.ts'
import { carryingOut, mayBeOwed, USED } from './carrying-out.ts'
import { type Facilitator, requestOf } from './facilitator.ts'
import type { LookUp } from './on-chain.ts'
import { type Proof, proofHeader, readProof } from './proof.ts'
import { bodyDigest, reservationOf } from './reservation.ts'
import { settling as settlingOf } from './settling.ts'
import { isPriced, offerV1, offerV2, type RequirementV2, type Terms, termsOf } from './terms.ts'

export interface X402Deps {
  readonly database: Database<{ payments: PaymentStore }>
  readonly facilitator: Facilitator
  readonly lookUp: LookUp
  readonly settings: LiveBillingSettings
  /** Base of the server's own address, without a trailing slash. */
  readonly publicUrl: () => string
  readonly clock: () => number
}

export type X402 = ReturnType<typeof x402Payments>

const PRICED = (endpoints as readonly EndpointSpec[]).filter(isPriced)

interface Told {
  readonly network: string
  readonly transaction: string
  readonly reply?: Readonly<Record<string, unknown>>
}

/** Payments for single requests by the x402 protocol: verified, then reserved, and settled before any of the reply is sent. */
export function x402Payments({ database, facilitator, lookUp, settings, publicUrl, clock }: X402Deps) {
  const settling = settlingOf({ database, facilitator, lookUp, clock })
  const around = carryingOut({ database, settling, clock })

  async function termsFor(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings): Promise<Terms> {
    if (!isPriced(endpoint)) throw new Problem('payment.required')
    return termsOf(endpoint.price, publicUrl() + request.url, current)
  }

  async function refusal(terms: Terms, error: string, why = terms.description): Promise<Problem> {
    const offer = { body: offerV1(terms, error, why), header: await offerV2(terms, error) }
    return new Problem('payment.required', error === NO_PAYMENT ? why : `The payment was not accepted: ${error}.`, { offer })
  }

  function reservingOf(endpoint: EndpointSpec, request: FastifyRequest, terms: Terms, proof: Proof, url: string) {
    return {
      proofHash: proof.hash,
      orgId: request.actor?.orgId ?? null,
      operation: endpoint.id,
      payer: proof.payer,
      network: terms.v2.network,
      amount: terms.amount,
      request: { ...reservationOf(url, proof, terms) },
      createdAt: clock(),
    }
  }

  return {
    isPaying: ({ headers }: FastifyRequest): boolean => proofHeader(headers) !== undefined,

    /** The 402 reply that says how to pay. `why` is for people. */
    async required(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings, why?: string): Promise<Problem> {
      return refusal(await termsFor(endpoint, request, current), NO_PAYMENT, why)
    },

    /**
     * The payment of a request, verified.
     * @throws Problem `payment.required` if it is not valid.
     */
    async accept(endpoint: EndpointSpec, request: FastifyRequest, current: X402Settings): Promise<RequestPayment> {
      const terms = await termsFor(endpoint, request, current)
      const proof = await readProof(proofHeader(request.headers) ?? '', terms)
      if (typeof proof === 'string') throw await refusal(terms, proof)
      const reserving = reservingOf(endpoint, request, terms, proof, current.facilitatorUrl)
      const known = await database.read(({ payments }) => payments.find(proof.hash))
      if (known && !mayBeOwed(known, reserving)) throw await refusal(terms, USED)
      // A payment that was already taken would not be valid a second time.
      if (!known || known.state === 'reserved') {
        const verdict = await facilitator.verify(requestOf(current.facilitatorUrl, proof), proof.payer)
        if (!verdict.ok) throw await refusal(terms, verdict.reason)
      }
      return {
        around: (work, reply) =>
          around({
            reserving: withBody(reserving, request.rawBody),
            async work() {
              const { admission } = request
              // Until the request has succeeded, it is not paid.
              request.admission = undefined
              const answer = await work()
              if (reply.statusCode < 400) request.admission = admission
              return answer
            },
            reply,
            paid: settled => tellSettled(reply, proof, { network: proof.requirement.network, ...settled }),
            async refuse(why) {
              request.admission = undefined
              return refusal(terms, why)
            },
          }),
      }
    },

    /** The priced operations and how to pay them: `/.well-known/x402`. */
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

    /**
     * The terms of an offered price; undefined if no route has this price.
     * @throws Problem `feature.unconfigured`
     */
    async termsOfPrice(amount: string): Promise<RequirementV2 | undefined> {
      const { x402: current } = await settings()
      if (!current) throw new Problem('feature.unconfigured', 'This server takes no payments by x402.')
      const price = PRICED.map(endpoint => endpoint.price).find(each => String(microsOf(PRICES[each].x402Usd)) === amount)
      return price && (await termsOf(price, publicUrl(), current)).v2
    },

    settleLeft: () => settling.settleLeft(),
  }
}

/** The body is known when the request is carried out, and the payment covers it. */
function withBody(reserving: NewPayment, body: Buffer | undefined): NewPayment {
  return { ...reserving, request: { ...reserving.request, body: bodyDigest(body) } }
}

/** `PAYMENT-RESPONSE`, and `X-PAYMENT-RESPONSE` for version 1: base64 of the facilitator's reply, or of what it would have been. */
async function tellSettled(
  reply: FastifyReply,
  { payload, payer }: Proof,
  { network, transaction, reply: said }: Told,
): Promise<void> {
  const { encodePaymentResponseHeader } = await import('@x402/core/http')
  const header = payload.x402Version === 1 ? 'x-payment-response' : 'payment-response'
  reply.header(header, encodePaymentResponseHeader((said ?? { success: true, transaction, network, payer }) as never))
}
