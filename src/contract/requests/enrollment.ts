import { z } from 'zod'
import { Agent } from '../agents.ts'
import { PERMISSIONS } from '../policies.ts'
import { endpoint } from '../schema/endpoint.ts'
import { Email, Instant, name, text, Uuid } from '../schema/fields.ts'

const params = z.object({ token: text(128, 1) })

export const enroll = endpoint({
  id: 'agents.enroll',
  method: 'POST',
  path: '/v1/agents/enroll',
  summary: 'Request to be enrolled as an agent.',
  description:
    'With `human_email`, the owner of that address receives a link to approve or deny the request. The response is the same, and takes as long, if the address has no account, and never contains `approval_url`. Without `human_email`, give `approval_url` to a person, who approves the agent into their organisation. `agent_id` is always the nil UUID: the agent and its key are created with the approval, and the key is shown only to the person. Links last 7 days and work once. Limits: one request per address in 10 minutes, and 100 pending ones without an address (429).',
  auth: 'public',
  action: null,
  audit: 'agent.enroll',
  limit: 'public-auth',
  body: z.object({ name: name(255, 1), human_email: Email.optional(), description: text(2000).optional() }),
  status: 201,
  reply: z.object({ agent_id: Uuid, message: z.string(), approval_url: z.url().optional() }),
})

export const showEnrollment = endpoint({
  id: 'agents.enrollment',
  method: 'GET',
  path: '/v1/agents/enrollments/{token}',
  summary: 'Get the request behind an enrollment link.',
  description: '`status` is `pending`, `approved`, `denied` or `expired`. A link sent by e-mail works only for its addressee.',
  auth: 'user',
  action: null,
  audit: null,
  params,
  status: 200,
  reply: z.object({
    name: z.string(),
    description: z.string().optional(),
    requested_from: z.string(),
    requested_at: Instant,
    expires_at: Instant,
    status: z.string(),
  }),
  problems: [404],
})

export const approveEnrollment = endpoint({
  id: 'agents.approve',
  method: 'POST',
  path: '/v1/agents/enrollments/{token}/approve',
  summary: 'Approve an enrollment and create the agent. Its key is shown once, and sent by e-mail.',
  description:
    'With `grant`, a policy for the agent is created in the same step; the caller must be allowed to create that policy. 409: already decided. 410: expired.',
  auth: 'user',
  action: 'agent.register',
  audit: 'agent.register',
  params,
  grants: 'agent',
  body: z.object({
    grant: z
      .strictObject({
        vault_id: Uuid,
        secret_path_pattern: text(600, 1),
        permissions: z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length),
      })
      .optional(),
  }),
  bodyOptional: true,
  status: 200,
  reply: z.object({ agent: Agent, api_key: z.string(), policy_id: Uuid.optional() }),
  problems: [403, 404, 409, 410],
})

export const denyEnrollment = endpoint({
  id: 'agents.deny',
  method: 'POST',
  path: '/v1/agents/enrollments/{token}/deny',
  summary: 'Deny an enrollment.',
  description: '409: already decided. 410: expired.',
  auth: 'user',
  action: 'agent.register',
  audit: 'agent.enroll_deny',
  params,
  status: 200,
  reply: z.object({ status: z.string() }),
  problems: [403, 404, 409, 410],
})

/** The operations of this file, for the endpoint table. */
export const enrollmentEndpoints = [enroll, showEnrollment, approveEnrollment, denyEnrollment] as const
