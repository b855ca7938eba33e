import type { Problem } from '../../src/problem.ts'
import type { Actor } from '../policy/actor.ts'
import type { CanonicalPath } from '../policy/grant.ts'
import type { Admission, RequestPayment } from './meter.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Id of the endpoint that the route is for. */
    operation?: string
  }
  interface FastifyRequest {
    /** Set by `authenticate`; undefined on public routes. */
    actor: Actor | undefined
    /** The secret path in its one canonical form, on routes that name one. */
    secretPath: CanonicalPath | undefined
    /** The problem the request was answered with, if any. */
    problem: Problem | undefined
    /** What admitted the request, if requests are limited. */
    admission: Admission | undefined
    /** The payment of the request, if one is required. */
    payment: RequestPayment | undefined
    /** The bytes of the body, for operations whose body is signed. */
    rawBody: Buffer | undefined
  }
}
