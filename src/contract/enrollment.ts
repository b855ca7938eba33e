import { z } from 'zod'
import { Agent } from './agents.ts'
import { PERMISSIONS } from './policies.ts'
import { endpoint } from './schema/endpoint.ts'
import { Email, Instant, text, Uuid } from './schema/fields.ts'

const params = z.object({ token: text(128, 1) })

export const enroll = endpoint({
  id: 'agents.enroll',
  method: 'POST',
  path: '/v1/agents/enroll',
  summary: 'Ask to become an agent of somebody.',
  description:
    'With `human_email`, whoever has an account with that address is mailed a link to allow or deny it; the answer is the same, and takes as long, for an address that has none, and never has `approval_url`. Without, `approval_url` is to be given to a person, who approves it into their organisation. `agent_id` is always the nil UUID: the agent, and its key, come to be with the approval, and the key is shown to the person only. Links last 7 days and work once. At most one request for an address in 10 minutes, and 100 pending ones without an address (429).',
  auth: 'public',
  action: null,
  audit: 'agent.enroll',
  limit: 'public-auth',
  body: z.object({ name: text(255, 1), human_email: Email.optional(), description: text(2000).optional() }),
  status: 201,
  reply: z.object({ agent_id: Uuid, message: z.string(), approval_url: z.url().optional() }),
})

export const showEnrollment = endpoint({
  id: 'agents.enrollment',
  method: 'GET',
  path: '/v1/agents/enrollments/{token}',
  summary: 'What a link to allow or deny an agent is about.',
  description: '`status` is `pending`, `approved`, `denied` or `expired`. A link that was mailed is for the addressee only.',
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
  summary: 'Make the agent that asked; its key is shown once, and mailed.',
  description:
    'With `grant`, a policy for it is made in the same step; the caller must be allowed to make that policy. 409: decided before. 410: too old.',
  auth: 'user',
  action: 'agent.register',
  audit: 'agent.register',
  params,
  body: z.object({
    grant: z
      .object({
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
  summary: 'Turn away the agent that asked.',
  description: '409: decided before. 410: too old.',
  auth: 'user',
  action: 'agent.register',
  audit: 'agent.enroll_deny',
  params,
  status: 200,
  reply: z.object({ status: z.string() }),
  problems: [403, 404, 409, 410],
})
