import { z } from 'zod'
import { MailToken } from '../auth.ts'
import { endpoint } from '../schema/endpoint.ts'
import { Email, Instant, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'
import { ROLES } from './org.ts'

const link = z.object({ token: MailToken })

export const inviteMember = endpoint({
  id: 'org.invite',
  method: 'POST',
  path: '/v1/org/invite',
  summary: 'Invite a person by e-mail. For owners and admins.',
  description:
    'The link in the e-mail is `<public url>/invite/<token>`. It works once and expires after 7 days; inviting again replaces it. Only an owner can invite an owner. The response is the same whether or not the address has an account. With `include: "delivery"` it also has the `id` of the invitation and `delivery`: `mail`, or `outbox` on a server without mail, where the e-mail is a file in the data folder.',
  auth: 'user',
  action: 'org.invite',
  audit: 'org.invite',
  grants: 'member',
  body: z.object({ email: Email, role: z.enum(ROLES).optional(), include: z.enum(['delivery']).optional() }),
  status: 200,
  reply: z.object({
    message: z.string(),
    email: z.string(),
    id: Uuid.optional(),
    delivery: z.enum(['mail', 'outbox']).optional(),
  }),
  more: { include: 'delivery', fields: ['id', 'delivery'] },
  problems: [403, 409],
})

export const makeInvitationLink = endpoint({
  id: 'org.invitation-link',
  method: 'POST',
  path: '/v1/org/invite/{invitation_id}/link',
  summary: 'Create a link to an invitation, to pass on by hand. For owners and admins.',
  description:
    'The link is for the invited address only, works once, ends with the invitation, and replaces an earlier one. Unlike the mailed link it does not prove the address: a new account confirms it by e-mail if the server requires that, and an existing one is not changed. The caller counts as the inviter from then on; only an owner can create a link to an invitation of an owner.',
  auth: 'user',
  action: 'org.invite',
  audit: 'org.invite_link',
  params: z.object({ invitation_id: Uuid }),
  status: 200,
  reply: z.object({ url: z.string(), email: z.string(), expires_at: Instant }),
  problems: [403, 404],
})

export const listInvitations = endpoint({
  id: 'org.invitations',
  method: 'GET',
  path: '/v1/org/invitations',
  summary: 'List open invitations. For owners and admins.',
  auth: 'user',
  action: 'org.invite',
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({
    invitations: z.array(
      z.object({
        id: Uuid,
        email: z.string(),
        role: z.string(),
        invited_by: z.string(),
        created_at: Instant,
        expires_at: Instant,
      }),
    ),
    ...nextCursor,
  }),
  problems: [403],
})

export const revokeInvitation = endpoint({
  id: 'org.revoke-invitation',
  method: 'DELETE',
  path: '/v1/org/invite/{invitation_id}',
  summary: 'Revoke an invitation. Its link stops working immediately. For owners and admins.',
  auth: 'user',
  action: 'org.invite',
  audit: 'org.invite_revoke',
  params: z.object({ invitation_id: Uuid }),
  status: 204,
  problems: [403, 404],
})

export const showInvitation = endpoint({
  id: 'org.invitation',
  method: 'GET',
  path: '/v1/org/invitations/{token}',
  summary: 'Get the invitation behind a link.',
  auth: 'public',
  action: null,
  audit: null,
  limit: 'public-auth',
  params: link,
  status: 200,
  reply: z.object({
    org_name: z.string(),
    email: z.string(),
    role: z.string(),
    /** The inviter: a name or, without one, an address. */
    invited_by: z.string().optional(),
    /** Whether following the link proves the address, because it was mailed there. */
    proves_address: z.boolean(),
    expires_at: Instant,
  }),
  problems: [404],
})

export const acceptInvitation = endpoint({
  id: 'org.accept-invitation',
  method: 'POST',
  path: '/v1/org/invitations/{token}/accept',
  summary: 'Accept an invitation and join its organisation.',
  description:
    'The address of the caller must be the one that was invited; by a link that was not mailed, also confirmed, if the server requires that. A person without an account signs up with `invite_token`. Use `switch-org` to get a token for the organisation.',
  auth: 'user',
  action: null,
  audit: 'org.member_join',
  params: link,
  status: 200,
  reply: z.object({ org_id: Uuid, org_name: z.string(), role: z.string() }),
  problems: [403, 404, 409],
})

/** The operations of this file, for the endpoint table. */
export const invitationsEndpoints = [
  inviteMember,
  makeInvitationLink,
  listInvitations,
  revokeInvitation,
  showInvitation,
  acceptInvitation,
] as const
