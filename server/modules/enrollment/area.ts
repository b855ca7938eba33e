import { type DecidingDeps, enrollmentApproval } from './approval.ts'
import { type AskingDeps, enrollmentRequests } from './request.ts'
import type { Enrollment } from './routes.ts'

export type EnrollmentAreaDeps = AskingDeps & DecidingDeps & Pick<Enrollment, 'agentBody'>

/** Agents that ask to be let in, and the people who decide. */
export function enrollmentArea(deps: EnrollmentAreaDeps): Enrollment {
  return { requests: enrollmentRequests(deps), approval: enrollmentApproval(deps), agentBody: deps.agentBody }
}
