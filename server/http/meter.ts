import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/** What let a request in: the requests of its plan, its credits, or a payment of its own. Absent where nothing is limited. */
export type Admission = 'plan' | 'credits' | 'x402'

/** A payment that comes with a request: taken when the request succeeds, and only then. */
export interface RequestPayment {
  /**
   * Carries the request out between reserving the payment and taking it.
   * @throws Problem `payment.required` when it was used before or could not be taken: nothing of the answer may leave then.
   */
  around<T>(work: () => Promise<T>, reply: FastifyReply): Promise<T>
}

/** Counts nothing and allows everything. */
export const NO_METER: Meter = { toll: () => {}, admit: () => {}, record: () => {} }

/** Counts requests, and allows only what is paid for where the server asks to be paid. */
export interface Meter {
  /**
   * Before anybody is known. @throws Problem `payment.required` for a priced operation that comes with neither a credential nor a payment.
   */
  readonly toll: (endpoint: EndpointSpec, request: FastifyRequest) => void | Promise<void>
  /**
   * Once the caller is known: tells what is used, and takes the request from what is left. A promise only when that is not at hand.
   * @throws Problem `payment.required` when nothing is left.
   */
  readonly admit: (endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply) => void | Promise<void>
  /** Told of every answer. Never throws and never waits. */
  readonly record: (endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply) => void
}
