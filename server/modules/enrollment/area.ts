import { type ApprovalDeps, enrollmentApproval } from './approval.ts'
import { enrollmentRequests, type RequestDeps } from './request.ts'
import type { Enrollment } from './routes.ts'

export type EnrollmentAreaDeps = RequestDeps & ApprovalDeps & Pick<Enrollment, 'agentBody'>

/** Enrolment: agents that ask for access, and the people who decide. */
export function enrollmentArea(deps: EnrollmentAreaDeps): Enrollment {
  return { requests: enrollmentRequests(deps), approval: enrollmentApproval(deps), agentBody: deps.agentBody }
}
