import type { z } from 'zod'
import type { Agent } from '../../../src/contract/agents.ts'
import { approveEnrollment, denyEnrollment, enroll, showEnrollment } from '../../../src/contract/requests/enrollment.ts'
import type { Mount } from '../../http/mount.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { enrollmentApproval } from './approval.ts'
import type { enrollmentRequests } from './request.ts'

export interface Enrollment {
  readonly requests: ReturnType<typeof enrollmentRequests>
  readonly approval: ReturnType<typeof enrollmentApproval>
  readonly agentBody: (row: AgentRow) => z.output<typeof Agent>
}

const NIL = '00000000-0000-0000-0000-000000000000'

export function enrollmentRoutes(mount: Mount, { requests, approval, agentBody }: Enrollment): void {
  mount(enroll, async ({ body, visitor }) => {
    if (body.human_email !== undefined) {
      await requests.byMail(body, body.human_email, visitor)
      const message = 'If there is an account with this address, its owner has been asked. The key is mailed there on approval.'
      return { agent_id: NIL, message }
    }
    const message = 'Give approval_url to a person, who approves it while signed in. The key is shown and mailed to them.'
    return { agent_id: NIL, message, approval_url: await requests.byLink(body, visitor) }
  })

  mount(showEnrollment, async ({ actor, params }) => {
    const row = await approval.show(params.token, actor)
    return {
      name: row.name,
      ...(row.description !== null && { description: row.description }),
      requested_from: row.ip_address,
      requested_at: new Date(row.created_at).toISOString(),
      expires_at: new Date(row.expires_at).toISOString(),
      status: row.current_status,
    }
  })

  mount(approveEnrollment, async ({ grant, params, body }) => {
    const { agent, apiKey, policyId } = await approval.approve(grant, params.token, body.grant)
    return { agent: agentBody(agent), api_key: apiKey, ...(policyId !== undefined && { policy_id: policyId }) }
  })

  mount(denyEnrollment, async ({ grant, params }) => {
    await approval.deny(grant, params.token)
    return { status: 'denied' }
  })
}
