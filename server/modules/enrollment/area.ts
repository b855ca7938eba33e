import { type DecidingDeps, enrollmentDeciding } from './approval.ts'
import { type AskingDeps, enrollmentAsking } from './request.ts'
import type { Enrollment } from './routes.ts'

export type EnrollmentAreaDeps = AskingDeps & DecidingDeps & Pick<Enrollment, 'agentBody'>

/** Agents that ask to be let in, and the people who decide. */
export function enrollmentArea(deps: EnrollmentAreaDeps): Enrollment {
  return { asking: enrollmentAsking(deps), deciding: enrollmentDeciding(deps), agentBody: deps.agentBody }
}
