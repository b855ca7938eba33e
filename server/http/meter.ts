import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/** What admitted a request: the plan's requests, credits, or a payment. Absent if nothing is limited. */
export type Admission = 'plan' | 'credits' | 'x402'

/** A payment with a request: taken only if the request succeeds. */
export interface RequestPayment {
  /**
   * Carries the request out after reserving the payment and before taking it.
   * @throws Problem `payment.required` if it was used before or could not be taken: no part of the reply may be sent then.
   */
  around<T>(work: () => Promise<T>, reply: FastifyReply): Promise<T>
}

/** Counts nothing and allows everything. */
export const NO_METER: Meter = { toll: () => {}, admit: () => {}, record: () => {} }

/** Counts requests, and admits only paid ones if the server requires payment. */
export interface Meter {
  /**
   * Before the caller is known.
   * @throws Problem `payment.required` for a priced operation with neither a credential nor a payment
   */
  readonly toll: (endpoint: EndpointSpec, request: FastifyRequest) => void | Promise<void>
  /**
   * Once the caller is known: reports the usage, and charges the request. A promise only if the data is not cached.
   * @throws Problem `payment.required` if nothing is left
   */
  readonly admit: (endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply) => void | Promise<void>
  /** Called for every reply. Never throws and never waits. */
  readonly record: (endpoint: EndpointSpec, request: FastifyRequest, reply: FastifyReply) => void
}
