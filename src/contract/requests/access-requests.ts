import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, name, text, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'

/** The requestable permissions: not `admin`, with which a person can give access to others. */
export const REQUESTABLE = ['read', 'write', 'delete', 'rotate'] as const

/** The shortest and longest access that can be granted on request, in seconds: a minute, 90 days. */
const Seconds = z.int().min(60).max(7_776_000)

export const AccessRequest = z.object({
  id: Uuid,
  vault_id: Uuid,
  vault_name: z.string(),
  secret_path_pattern: z.string(),
  permissions: z.array(z.string()),
  requester_type: z.enum(['user', 'agent']),
  requester_id: z.string(),
  /** The name of an agent, the address of a person. */
  requester_name: z.string(),
  reason: z.string(),
  duration_seconds: z.int(),
  status: z.enum(['pending', 'approved', 'declined', 'withdrawn', 'expired']),
  created_at: Instant,
  /** The time until which it can be decided. */
  expires_at: Instant,
  decided_by: z.string().optional(),
  decided_at: Instant.optional(),
  note: z.string().optional(),
  /** For an approved request: its policy, and when that expires. */
  policy_id: Uuid.optional(),
  access_expires_at: Instant.optional(),
  /** Whether the caller can approve or decline it. */
  can_decide: z.boolean(),
})

const requestParams = z.object({ request_id: Uuid })

export const createAccessRequest = endpoint({
  id: 'access-requests.create',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/access-requests',
  summary: 'Request access to secrets for a limited time.',
  description:
    'The people who can create such a policy see the request and approve or decline it. It is pending for at most 7 days. `secret_path_pattern` is a path, or a pattern as in policies; `permissions` is `read` by default. If an identical request is already pending, it is returned with 200. 409: the caller has that access, or the same was declined within the last hour. A principal can have at most 20 pending requests, and make 200 within a day. A request ends when the password or key of its requester changes.',
  auth: 'user-or-agent',
  action: 'access.request',
  audit: 'access.request',
  params: z.object({ vault_id: Uuid }),
  grants: 'policy',
  body: z.object({
    secret_path_pattern: text(600, 1),
    permissions: z.array(z.enum(REQUESTABLE)).min(1).max(REQUESTABLE.length).optional(),
    reason: name(500, 1),
    duration_seconds: Seconds,
  }),
  status: 201,
  otherStatuses: [200],
  reply: AccessRequest,
  problems: [403, 404, 409],
})

export const listAccessRequests = endpoint({
  id: 'access-requests.list',
  method: 'GET',
  path: '/v1/access-requests',
  summary: 'List the requests for access that the caller can decide, and the caller’s own.',
  description:
    'Pending requests, oldest first. With `status=all`, also decided and expired ones, newest first. `can_decide` tells which ones the caller can approve or decline.',
  auth: 'user-or-agent',
  action: 'access.list',
  audit: null,
  query: z.object({ ...pageQuery, status: z.enum(['pending', 'all']).optional() }),
  status: 200,
  reply: z.object({ requests: z.array(AccessRequest), ...nextCursor }),
})

export const getAccessRequest = endpoint({
  id: 'access-requests.get',
  method: 'GET',
  path: '/v1/access-requests/{request_id}',
  summary: 'Get a request for access: one’s own, or one that the caller can decide.',
  description: 'To wait for a decision, poll every few seconds.',
  auth: 'user-or-agent',
  action: 'access.list',
  audit: null,
  params: requestParams,
  status: 200,
  reply: AccessRequest,
  problems: [404],
})

export const approveAccessRequest = endpoint({
  id: 'access-requests.approve',
  method: 'POST',
  path: '/v1/access-requests/{request_id}/approve',
  summary: 'Approve a request for access. This creates a policy that expires on its own.',
  description:
    'The caller must be allowed to create that policy, and the limits of `POST /v1/vaults/{vault_id}/policies` apply; nobody approves their own request. `duration_seconds` is the requested duration by default. The access ends early when the password of the person who approved it or who asked is changed, or their rights are reduced. 409: already decided. 410: expired, or the sign-in of the requester has ended.',
  auth: 'user',
  action: 'access.decide',
  audit: 'access.approve',
  params: requestParams,
  body: z.object({ duration_seconds: Seconds.optional(), note: name(500).optional() }),
  bodyOptional: true,
  grants: 'policy',
  status: 200,
  reply: AccessRequest,
  problems: [403, 404, 409, 410],
})

export const declineAccessRequest = endpoint({
  id: 'access-requests.decline',
  method: 'POST',
  path: '/v1/access-requests/{request_id}/decline',
  summary: 'Decline a request for access.',
  description: 'For the people who could approve it. 409: already decided. 410: expired.',
  auth: 'user',
  action: 'access.decide',
  audit: 'access.decline',
  params: requestParams,
  body: z.object({ note: name(500).optional() }),
  bodyOptional: true,
  status: 200,
  reply: AccessRequest,
  problems: [403, 404, 409, 410],
})

export const withdrawAccessRequest = endpoint({
  id: 'access-requests.withdraw',
  method: 'DELETE',
  path: '/v1/access-requests/{request_id}',
  summary: 'Withdraw one’s own request for access.',
  description: '409: already decided. 410: expired.',
  auth: 'user-or-agent',
  action: 'access.list',
  audit: 'access.withdraw',
  params: requestParams,
  status: 204,
  problems: [404, 409, 410],
})

export const inbox = endpoint({
  id: 'inbox.get',
  method: 'GET',
  path: '/v1/inbox',
  summary: 'Get what is waiting for a decision of the caller: agents, device logins, requests for access and expiring policies.',
  description:
    'Agents that requested enrolment with the caller’s address, device logins that were started for it, and requests for access that the caller can decide, the oldest first and at most 100 of each; `count` is how many of these wait. `policies_ending` contains the policies that expire within 14 days and that the caller can change, the next to expire first: at most 100, of the 500 in the organisation that expire first. They are not in `count`. An `enrollment` is decided at `/v1/agents/enrollments/{id}`; the `user_code` of a device login is the one that its terminal shows.',
  auth: 'user',
  action: null,
  audit: null,
  status: 200,
  reply: z.object({
    count: z.int(),
    enrollments: z.array(
      z.object({
        id: z.string(),
        name: z.string(),
        description: z.string().optional(),
        requested_from: z.string(),
        requested_at: Instant,
        expires_at: Instant,
      }),
    ),
    device_logins: z.array(
      z.object({
        user_code: z.string(),
        client_id: z.string(),
        requested_from: z.string(),
        requested_at: Instant,
        expires_at: Instant,
      }),
    ),
    access_requests: z.array(AccessRequest),
    policies_ending: z.array(
      z.object({
        policy_id: Uuid,
        vault_id: Uuid,
        vault_name: z.string(),
        secret_path_pattern: z.string(),
        principal_type: z.enum(['user', 'agent']),
        principal_id: z.string(),
        permissions: z.array(z.string()),
        expires_at: Instant,
      }),
    ),
  }),
})

/** The operations of this file, for the endpoint table. */
export const accessRequestsEndpoints = [
  createAccessRequest,
  listAccessRequests,
  getAccessRequest,
  approveAccessRequest,
  declineAccessRequest,
  withdrawAccessRequest,
  inbox,
] as const
