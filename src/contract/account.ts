import { z } from 'zod'
import { endpoint } from './endpoint.ts'
import { Instant, Uuid } from './fields.ts'

export const Me = z.object({
  id: Uuid,
  email: z.string(),
  display_name: z.string().optional(),
  auth_method: z.string(),
  role: z.string(),
  email_verified: z.boolean(),
  marketing_emails: z.boolean(),
  totp_enabled: z.boolean(),
  org_id: Uuid,
  created_at: Instant,
})

export const me = endpoint({
  id: 'account.me',
  method: 'GET',
  path: '/v1/auth/me',
  summary: "The caller's account.",
  auth: 'user',
  action: null,
  audit: null,
  status: 200,
  reply: Me,
})
