import type { Problem } from '../../src/problem.ts'
import type { Actor } from '../policy/actor.ts'
import type { CanonicalPath } from '../policy/grant.ts'
import type { Admission, RequestPayment } from './meter.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** The id of the route's operation. */
    operation?: string
  }
  interface FastifyRequest {
    /** Set by `authenticate`; undefined on public routes. */
    actor: Actor | undefined
    /** The secret path in its canonical form, on routes with one. */
    secretPath: CanonicalPath | undefined
    /** The problem with which the request was answered, if any. */
    problem: Problem | undefined
    /** What admitted the request, if requests are limited. */
    admission: Admission | undefined
    /** The payment of the request, if one is required. */
    payment: RequestPayment | undefined
    /** The bytes of the body, for operations whose body is signed. */
    rawBody: Buffer | undefined
  }
}
