import type { Problem } from '../../src/problem.ts'
import type { Actor } from '../policy/actor.ts'
import type { CanonicalPath } from '../policy/grant.ts'

declare module 'fastify' {
  interface FastifyRequest {
    /** Set by `authenticate`; undefined on public routes. */
    actor: Actor | undefined
    /** The secret path in its one canonical form, on routes that name one. */
    secretPath: CanonicalPath | undefined
    /** The problem the request was answered with, if any. */
    problem: Problem | undefined
  }
}
