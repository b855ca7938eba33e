import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Email, Instant, Password, text } from '../schema/fields.ts'

const UserCode = text(32, 1)

export const deviceCode = endpoint({
  id: 'device.code',
  method: 'POST',
  path: '/v1/auth/device/code',
  summary: 'Start a device login (RFC 8628 §3.1).',
  description: 'When `email` is given, only that account may approve.',
  auth: 'public',
  action: null,
  audit: null,
  limit: 'public-auth',
  body: z.object({ client_id: text(128, 1), email: Email.optional() }),
  status: 200,
  reply: z.object({
    device_code: z.string(),
    user_code: z.string(),
    verification_uri: z.string(),
    verification_uri_complete: z.string(),
    expires_in: z.int(),
    interval: z.int(),
  }),
})

export const deviceToken = endpoint({
  id: 'device.token',
  method: 'POST',
  path: '/v1/auth/device/token',
  summary: 'Poll for the token of a device login (RFC 8628 §3.4).',
  description:
    'Always 200: with the token once approved, otherwise with `error`: `authorization_pending`, `slow_down`, `expired_token` or `access_denied`.',
  auth: 'public',
  action: null,
  audit: null,
  limit: 'public-auth',
  body: z.object({ device_code: text(256, 1), grant_type: text(128, 1) }),
  status: 200,
  reply: z.object({
    access_token: z.string().optional(),
    token_type: z.string().optional(),
    expires_in: z.int().optional(),
    error: z.string().optional(),
    email: z.string().optional(),
    user_id: z.string().optional(),
    org_id: z.string().optional(),
  }),
})

export const deviceStatus = endpoint({
  id: 'device.status',
  method: 'GET',
  path: '/v1/auth/device/code/{user_code}',
  summary: 'Get the state of a device login.',
  description: 'A signed-in user also sees `client_id`, and the address and time of the request.',
  auth: 'optional-user',
  action: null,
  audit: null,
  limit: 'public-auth',
  params: z.object({ user_code: UserCode }),
  status: 200,
  reply: z.object({
    status: z.enum(['pending', 'approved', 'denied', 'expired']),
    client_id: z.string().optional(),
    requested_from: z.string().optional(),
    requested_at: Instant.optional(),
  }),
  problems: [404],
})

const decision = {
  method: 'POST',
  auth: 'user',
  action: null,
  body: z.object({ user_code: UserCode }),
  status: 200,
  reply: z.object({ status: z.enum(['approved', 'denied']) }),
  problems: [404],
} as const

export const deviceApprove = endpoint({
  ...decision,
  id: 'device.approve',
  path: '/v1/auth/device/approve',
  summary: 'Approve a device login.',
  description:
    'Requires a sign-in within the last 15 minutes, or the `password`. A token of a device login cannot approve. The approval ends with the session, token or password under which it was given.',
  grants: 'token',
  body: z.object({ user_code: UserCode, password: Password.optional() }),
  audit: 'auth.device_approve',
})

export const deviceDeny = endpoint({
  ...decision,
  id: 'device.deny',
  path: '/v1/auth/device/deny',
  summary: 'Deny a device login.',
  audit: 'auth.device_deny',
})

export const deviceRenew = endpoint({
  id: 'device.renew',
  method: 'POST',
  path: '/v1/auth/device/renew',
  summary: 'Get a new token for the login of a terminal.',
  description:
    'For a token of a device login, until seven days after its sign-in. The token that was presented keeps working until its end; revoking either revokes both.',
  auth: 'user',
  action: null,
  audit: 'auth.device_renew',
  status: 200,
  reply: z.object({ access_token: z.string(), token_type: z.string(), expires_in: z.int() }),
  problems: [403],
})

/** The operations of this file, for the endpoint table. */
export const deviceEndpoints = [deviceCode, deviceToken, deviceStatus, deviceApprove, deviceDeny, deviceRenew] as const
