import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Email, Instant, text, Uuid } from './schema/fields.ts'

export const TIERS = ['free', 'pro', 'business', 'enterprise'] as const

/** Only for owners and admins of the platform's organisation. */
const admin = { auth: 'user', action: 'platform.admin' } as const

const Setting = z.object({ key: z.string(), value: z.string(), updated_by: z.string(), updated_at: Instant })
const setting = z.object({ key: text(128, 1) })

export const listSettings = endpoint({
  ...admin,
  id: 'admin.settings',
  method: 'GET',
  path: '/v1/admin/settings',
  summary: 'List server settings that differ from their defaults.',
  audit: null,
  status: 200,
  reply: z.object({ settings: z.array(Setting) }),
  problems: [403],
})

export const setSetting = endpoint({
  ...admin,
  id: 'admin.set-setting',
  method: 'PUT',
  path: '/v1/admin/settings/{key}',
  summary: 'Change a server setting.',
  description:
    'A key consists of lower-case words joined by `.`, `_` or `-`. Those that start with `x402.` are changed by `PUT /v1/admin/x402`.',
  audit: 'admin.setting',
  params: setting,
  body: z.object({ value: text(4096) }),
  status: 200,
  reply: Setting,
  problems: [403],
})

export const removeSetting = endpoint({
  ...admin,
  id: 'admin.remove-setting',
  method: 'DELETE',
  path: '/v1/admin/settings/{key}',
  summary: 'Reset a server setting to its default.',
  audit: 'admin.setting',
  params: setting,
  status: 204,
  problems: [403, 404],
})

const X402 = z.object({
  pay_to: text(64).optional(),
  network: text(64).optional(),
  scheme: text(32).optional(),
  free_tier_limit: z.int().min(0).max(1_000_000_000).optional(),
  facilitator_url: text(2048).optional(),
})

export const x402Settings = endpoint({
  ...admin,
  id: 'admin.x402',
  method: 'GET',
  path: '/v1/admin/x402',
  summary: 'Get the x402 payment settings. Settings without a value are omitted.',
  audit: null,
  status: 200,
  reply: X402,
  problems: [403],
})

export const setX402Settings = endpoint({
  ...admin,
  id: 'admin.set-x402',
  method: 'PUT',
  path: '/v1/admin/x402',
  summary: 'Change the x402 payment settings. Absent fields are not changed.',
  audit: 'admin.x402',
  body: X402,
  status: 200,
  reply: X402,
  problems: [403],
})

export const listUsers = endpoint({
  ...admin,
  id: 'admin.users',
  method: 'GET',
  path: '/v1/admin/users',
  summary: 'List the accounts on the server, oldest first, each with the organisation it last used.',
  audit: null,
  query: z.object({ limit: z.int().min(1).max(1000).optional(), offset: z.int().min(0).max(1_000_000_000).optional() }),
  status: 200,
  reply: z.object({
    users: z.array(
      z.object({
        id: Uuid,
        email: z.string(),
        display_name: z.string().optional(),
        role: z.string().optional(),
        auth_method: z.string(),
        org_id: Uuid,
        org_name: z.string(),
        billing_tier: z.string(),
        created_at: Instant,
        free_tier_override: z.int().optional(),
        is_sponsored: z.boolean(),
        current_month_requests: z.int(),
      }),
    ),
    total: z.int(),
  }),
  problems: [403],
})

export const deleteUser = endpoint({
  ...admin,
  id: 'admin.delete-user',
  method: 'DELETE',
  path: '/v1/admin/users/{user_id}',
  summary: 'Delete an account and everything that only it could reach.',
  description:
    'Organisations of which it was the only member are deleted too. If it was the last owner, another member becomes an owner. Agents that it registered remain. You cannot delete yourself here, and the last owner of the platform cannot be deleted.',
  audit: 'admin.user_delete',
  params: z.object({ user_id: Uuid }),
  status: 204,
  problems: [403, 404],
})

const waitingMail = {
  id: Uuid,
  kind: z.string(),
  to: z.string(),
  subject: z.string(),
  written_at: Instant,
  file: z.string().optional(),
  attempts: z.int().optional(),
  next_attempt_at: Instant.optional(),
  last_error: z.string().optional(),
}

export const listWaitingMails = endpoint({
  ...admin,
  id: 'admin.mails',
  method: 'GET',
  path: '/v1/admin/mails',
  summary: 'List the mails that wait, newest first, without their text.',
  description:
    'With SMTP (`delivery` is `smtp`) these are the mails that the mail server has not taken yet, with the number of attempts, the time of the next one and why the last one failed. Without it (`files`) they are the mails of the last seven days in the outbox folder of the server that answers, with their files.',
  audit: null,
  query: z.object({ limit: z.int().min(1).max(200).optional(), offset: z.int().min(0).max(1_000_000_000).optional() }),
  status: 200,
  reply: z.object({ delivery: z.enum(['smtp', 'files']), mails: z.array(z.object(waitingMail)), total: z.int() }),
  problems: [403],
})

export const showMail = endpoint({
  ...admin,
  id: 'admin.mail',
  method: 'GET',
  path: '/v1/admin/mails/{mail_id}',
  summary: 'Get a waiting mail with its text, on a server without SMTP.',
  description:
    'For an owner of the organisation that runs the server, who has signed in within the last 15 minutes: the text has a link that grants access to somebody else. 409 with SMTP, and for a mail with the key of an agent. Every read is logged.',
  audit: 'admin.mail_show',
  params: z.object({ mail_id: Uuid }),
  status: 200,
  reply: z.object({ ...waitingMail, text: z.string() }),
  problems: [403, 404, 409],
})

const org = z.object({ org_id: Uuid })
const Limits = z.object({ org_id: Uuid, free_tier_override: z.int().optional(), is_sponsored: z.boolean() })

export const orgLimits = endpoint({
  ...admin,
  id: 'admin.limits',
  method: 'GET',
  path: '/v1/admin/orgs/{org_id}/limits',
  summary: 'Get the limits of an organisation that differ from its tier.',
  audit: null,
  params: org,
  status: 200,
  reply: Limits,
  problems: [403, 404],
})

export const setOrgLimits = endpoint({
  ...admin,
  id: 'admin.set-limits',
  method: 'PUT',
  path: '/v1/admin/orgs/{org_id}/limits',
  summary:
    'Change the limits of an organisation that differ from its tier. Absent fields are not changed; `null` clears a field.',
  audit: 'admin.limits',
  params: org,
  body: z.object({
    free_tier_override: z.int().min(0).max(1_000_000_000).nullable().optional(),
    is_sponsored: z.boolean().optional(),
  }),
  status: 200,
  reply: Limits,
  problems: [403, 404],
})

export const setBillingTier = endpoint({
  ...admin,
  id: 'admin.set-tier',
  method: 'PUT',
  path: '/v1/admin/orgs/{org_id}/billing-tier',
  summary: 'Set the tier of an organisation, for some days or permanently.',
  audit: 'admin.tier',
  params: org,
  body: z.object({ tier: z.enum(TIERS), duration_days: z.int().min(1).max(3650).optional() }),
  status: 200,
  reply: z.object({ org_id: Uuid, tier: z.string(), expires_at: Instant.optional() }),
  problems: [403, 404],
})

export const listAllOrgs = endpoint({
  ...admin,
  id: 'admin.orgs',
  method: 'GET',
  path: '/v1/admin/orgs',
  summary: 'List the organisations of the server, oldest first, with their usage and payments.',
  audit: null,
  query: z.object({ limit: z.int().min(1).max(1000).optional(), offset: z.int().min(0).max(1_000_000_000).optional() }),
  status: 200,
  reply: z.object({
    orgs: z.array(
      z.object({
        id: Uuid,
        name: z.string(),
        is_platform: z.boolean(),
        billing_tier: z.string(),
        free_tier_override: z.int().optional(),
        is_sponsored: z.boolean(),
        overage_method: z.string(),
        credit_balance_cents: z.int(),
        current_month_requests: z.int(),
        created_at: Instant,
      }),
    ),
    total: z.int(),
  }),
  problems: [403],
})

export const resetUsage = endpoint({
  ...admin,
  id: 'admin.reset-usage',
  method: 'POST',
  path: '/v1/admin/usage/reset',
  summary: 'Reset the usage of every organisation this month.',
  description: 'Credits and payments stay. Requests that are answered during the reset can already count.',
  audit: 'admin.usage_reset',
  status: 200,
  reply: z.object({ deleted_events: z.int() }),
  problems: [403],
})

export const resetUsageOfUser = endpoint({
  ...admin,
  id: 'admin.reset-usage-of-user',
  method: 'POST',
  path: '/v1/admin/usage/reset-for-user',
  summary: 'Reset the usage of the organisation of one account this month.',
  description: 'This is the organisation that the account used last.',
  audit: 'admin.usage_reset',
  body: z.object({ email: Email }),
  status: 200,
  reply: z.object({
    deleted_events: z.int(),
    org_id: Uuid,
    user_id: Uuid,
    email: z.string(),
    display_name: z.string(),
  }),
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const adminEndpoints = [
  listSettings,
  setSetting,
  removeSetting,
  x402Settings,
  setX402Settings,
  listUsers,
  deleteUser,
  listWaitingMails,
  showMail,
  orgLimits,
  setOrgLimits,
  setBillingTier,
  listAllOrgs,
  resetUsage,
  resetUsageOfUser,
] as const
