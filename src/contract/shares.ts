import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Email, Instant, InstantInput, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

export const RECIPIENT_TYPES = ['user', 'agent', 'external_email', 'anyone_with_link', 'creator'] as const

const PASSPHRASE_MAX = 256

/** A share in the form that both sides see in their lists; it reveals nothing of the value. */
export const Share = z.object({
  id: Uuid,
  secret_path: z.string(),
  recipient_type: z.string(),
  recipient_email: z.string().optional(),
  /** In the list of its creator: the account or agent of the recipient, as soon as it is known. */
  recipient_id: Uuid.optional(),
  /** In the list of its recipient: the e-mail address or the agent of its creator. */
  shared_by: z.string().optional(),
  access_count: z.int(),
  max_access_count: z.int().optional(),
  expires_at: Instant,
  created_at: Instant,
  is_expired: z.boolean(),
  is_accepted: z.boolean(),
  /** Present only if it is. */
  is_declined: z.boolean().optional(),
})

const PARTIES = ['recipient_id', 'shared_by', 'is_declined'] as const
const include = z.enum(['parties']).optional()
const params = z.object({ share_id: Uuid })

export const createShare = endpoint({
  id: 'shares.create',
  method: 'POST',
  path: '/v1/secrets/{secret_id}/share',
  summary: 'Share a secret. Opening the share returns the newest version at that time.',
  description:
    'The caller must be able to read the secret, and the share ends when the caller no longer can. Recipients: `user` and `agent` (`recipient_id`, of the same organisation), `creator` (agents only: the person who created the agent), `external_email` (people only; `email` or `recipient_email`: the person who signs in with that confirmed address), `anyone_with_link` (no sign-in). All recipients except the last must accept it first. `max_access_count` 0 or absent is unlimited. `permissions` can only be `read`. Limit: 10 shares per minute per organisation.',
  auth: 'user-or-agent',
  action: 'share.create',
  audit: 'share.create',
  price: 'share',
  params: z.object({ secret_id: Uuid }),
  grants: 'share',
  body: z.object({
    recipient_type: z.enum(RECIPIENT_TYPES),
    recipient_id: Uuid.optional(),
    email: Email.optional(),
    recipient_email: Email.optional(),
    permissions: z
      .array(z.enum(['read']))
      .max(10)
      .optional(),
    max_access_count: z.int().min(0).max(2147483647).optional(),
    expires_at: InstantInput,
    passphrase: text(PASSPHRASE_MAX, 1).optional(),
    ip_allowlist: z.array(text(64, 1)).max(100).optional(),
  }),
  status: 201,
  reply: z.object({
    id: Uuid,
    share_url: z.url(),
    recipient_type: z.string(),
    recipient_email: z.string().optional(),
    expires_at: Instant,
    max_access_count: z.int().optional(),
  }),
  problems: [403, 404, 410],
})

export const openShare = endpoint({
  id: 'shares.open',
  method: 'GET',
  path: '/v1/share/{share_id}',
  summary: 'Open a share and read its value. This uses one of the remaining openings.',
  description:
    'A browser (`Accept: text/html`) gets a page that opens the share on a click; loading the page does not count as an opening. `anyone_with_link` requires no token. Any other share is 404 for everyone but its recipient, who must accept it first (403 until then). 404: unknown, revoked or declined, or its creator can no longer read the secret. 410: expired or used up. 403: the client address is not on its list, or the passphrase is wrong; five wrong passphrases lock the share for 15 minutes (429). A presented token must be valid, even if none is required.',
  auth: 'optional',
  action: null,
  audit: 'share.open',
  price: 'share-access',
  limit: 'passphrase',
  params,
  headers: [
    { name: 'X-Share-Passphrase', description: 'The passphrase of the share, if it has one; UTF-8.', maxLength: PASSPHRASE_MAX },
  ],
  status: 200,
  reply: z.object({
    id: Uuid,
    path: z.string(),
    type: z.string(),
    value: z.string(),
    access_count: z.int(),
    max_access_count: z.int().optional(),
    cmek_encrypted: z.boolean().optional(),
  }),
  problems: [403, 404, 410],
})

export const describeShare = endpoint({
  id: 'shares.describe',
  method: 'GET',
  path: '/v1/shares/{share_id}',
  summary: 'Get the requirements for opening a share, without the secret.',
  description: 'For everyone who can open or accept the share; 404 for others. Does not count as an opening.',
  auth: 'optional',
  action: null,
  audit: null,
  params,
  status: 200,
  reply: z.object({
    id: Uuid,
    recipient_type: z.string(),
    /** For the recipient: the e-mail address or the agent of its creator. */
    shared_by: z.string().optional(),
    has_passphrase: z.boolean(),
    access_count: z.int(),
    max_access_count: z.int().optional(),
    expires_at: Instant,
    is_expired: z.boolean(),
    is_accepted: z.boolean(),
  }),
  problems: [404],
})

export const outboundShares = endpoint({
  id: 'shares.outbound',
  method: 'GET',
  path: '/v1/shares/outbound',
  summary: 'List the newest 500 shares that the caller created and has not revoked.',
  description: 'With `include=parties`, each share also has `recipient_id`, `shared_by` and `is_declined`.',
  auth: 'user-or-agent',
  action: 'share.list',
  audit: null,
  query: z.object({ ...pageQuery, include }),
  status: 200,
  reply: z.object({ shares: z.array(Share), ...nextCursor }),
  more: { include: 'parties', list: 'shares', fields: PARTIES },
})

export const inboundShares = endpoint({
  id: 'shares.inbound',
  method: 'GET',
  path: '/v1/shares/inbound',
  summary: 'List the newest 500 shares for the caller that the caller has not declined.',
  description: 'With `include=parties`, each share also has `recipient_id`, `shared_by` and `is_declined`.',
  auth: 'user-or-agent',
  action: 'share.list',
  audit: null,
  query: z.object({ ...pageQuery, include }),
  status: 200,
  reply: z.object({ shares: z.array(Share), ...nextCursor }),
  more: { include: 'parties', list: 'shares', fields: PARTIES },
})

export const acceptShare = endpoint({
  id: 'shares.accept',
  method: 'POST',
  path: '/v1/shares/{share_id}/accept',
  summary: 'Accept a share, so that it can be opened. For its recipient.',
  auth: 'user-or-agent',
  action: 'share.accept',
  audit: 'share.accept',
  params,
  status: 204,
  problems: [404, 410],
})

export const declineShare = endpoint({
  id: 'shares.decline',
  method: 'POST',
  path: '/v1/shares/{share_id}/decline',
  summary: 'Decline a share permanently. For its recipient, also after having accepted it.',
  auth: 'user-or-agent',
  action: 'share.decline',
  audit: 'share.decline',
  params,
  status: 204,
  problems: [404],
})

export const revokeShare = endpoint({
  id: 'shares.revoke',
  method: 'DELETE',
  path: '/v1/share/{share_id}',
  summary: 'Revoke a share immediately. For its creator.',
  auth: 'user-or-agent',
  action: 'share.revoke',
  audit: 'share.revoke',
  params,
  status: 204,
  problems: [404],
})

export const revokeShareAlias = endpoint({
  ...revokeShare,
  id: 'shares.revoke-alias',
  path: '/v1/shares/{share_id}',
  summary: 'The same as `DELETE /v1/share/{share_id}`.',
})

/** The operations of this file, for the endpoint table. */
export const shareEndpoints = [
  createShare,
  openShare,
  describeShare,
  outboundShares,
  inboundShares,
  acceptShare,
  declineShare,
  revokeShare,
  revokeShareAlias,
] as const
