import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, name, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

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

export const updateMe = endpoint({
  id: 'account.update',
  method: 'PATCH',
  path: '/v1/auth/me',
  summary: "Change the caller's account. Absent fields are not changed.",
  description: 'An empty `display_name` clears it.',
  auth: 'user',
  action: null,
  audit: 'account.update',
  body: z.object({ display_name: name(255).optional(), marketing_emails: z.boolean().optional() }),
  status: 200,
  reply: Me,
})

export const deleteMe = endpoint({
  id: 'account.delete',
  method: 'DELETE',
  path: '/v1/auth/me',
  summary: "Delete the caller's account and everything that only it could reach.",
  description:
    '`confirmation` (or `confirm`) must be `DELETE MY ACCOUNT`. Organisations of which the caller is the only member are deleted too, with their vaults, keys and agents. The last owner of an organisation with other members must first make another member an owner. Requires a signed-in person, not an API key.',
  auth: 'user',
  action: null,
  audit: 'account.delete',
  body: z.object({ confirmation: text(64).optional(), confirm: text(64).optional() }),
  bodyOptional: true,
  status: 204,
  problems: [403],
})

export const exportData = endpoint({
  id: 'account.export',
  method: 'POST',
  path: '/v1/auth/export-data',
  summary: 'Export everything the server stores about the caller, without secret values.',
  description:
    'Covers the organisation of the token: the vaults that the caller created, with their secrets and policies, the agents that the caller registered, and the policies that name the caller. Use `switch-org` for another organisation. A page has 1000 entries, or `limit`; the lists continue on the page at `next_cursor`. A credential confined to paths cannot do this.',
  auth: 'user',
  action: null,
  audit: 'account.export',
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({
    export_version: z.string(),
    exported_at: Instant,
    user: z.object({
      id: Uuid,
      email: z.string(),
      display_name: z.string(),
      auth_method: z.string(),
      created_at: Instant,
    }),
    vaults: z.array(z.object({ id: Uuid, name: z.string(), created_at: Instant })),
    agents: z.array(z.object({ id: Uuid, name: z.string(), created_at: Instant })),
    secrets_metadata: z.array(
      z.object({ vault_id: Uuid, path: z.string(), type: z.string(), version: z.int(), created_at: Instant }),
    ),
    policies: z.array(
      z.object({
        id: Uuid,
        vault_id: Uuid,
        principal_type: z.string(),
        principal_id: Uuid,
        secret_path_pattern: z.string(),
        permissions: z.array(z.string()),
        created_at: Instant,
      }),
    ),
    ...nextCursor,
  }),
})

/** The operations of this file, for the endpoint table. */
export const accountEndpoints = [me, updateMe, deleteMe, exportData] as const
