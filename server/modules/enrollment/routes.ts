import type { z } from 'zod'
import type { Agent } from '../../../src/contract/agents.ts'
import { approveEnrollment, denyEnrollment, enroll, showEnrollment } from '../../../src/contract/enrollment.ts'
import type { Mount } from '../../http/mount.ts'
import type { AgentRow } from '../../stores/agents.ts'
import type { enrollmentDeciding } from './approval.ts'
import type { enrollmentAsking } from './request.ts'

export interface Enrollment {
  readonly asking: ReturnType<typeof enrollmentAsking>
  readonly deciding: ReturnType<typeof enrollmentDeciding>
  readonly agentBody: (row: AgentRow) => z.output<typeof Agent>
}

const NIL = '00000000-0000-0000-0000-000000000000'

export function enrollmentRoutes(mount: Mount, { asking, deciding, agentBody }: Enrollment): void {
  mount(enroll, async ({ body, visitor }) => {
    if (body.human_email !== undefined) {
      await asking.byMail(body, body.human_email, visitor)
      const message = 'If there is an account with this address, its owner has been asked. The key is mailed there on approval.'
      return { agent_id: NIL, message }
    }
    const message = 'Give approval_url to a person, who approves it while signed in. The key is shown and mailed to them.'
    return { agent_id: NIL, message, approval_url: await asking.byLink(body, visitor) }
  })

  mount(showEnrollment, async ({ actor, params }) => {
    const row = await deciding.show(params.token, actor)
    return {
      name: row.name,
      ...(row.description !== null && { description: row.description }),
      requested_from: row.ip_address,
      requested_at: new Date(row.created_at).toISOString(),
      expires_at: new Date(row.expires_at).toISOString(),
      status: row.standing,
    }
  })

  mount(approveEnrollment, async ({ grant, params, body }) => {
    const { agent, apiKey, policyId } = await deciding.approve(grant, params.token, body.grant)
    return { agent: agentBody(agent), api_key: apiKey, ...(policyId !== undefined && { policy_id: policyId }) }
  })

  mount(denyEnrollment, async ({ grant, params }) => {
    await deciding.deny(grant, params.token)
    return { status: 'denied' }
  })
}
