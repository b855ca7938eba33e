import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, name, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'

export const ROLES = ['owner', 'admin', 'member'] as const

/** What happens to agent keys that a person has seen. */
export const AGENT_KEYS = ['keep', 'rotate', 'deactivate'] as const

const Member = z.object({
  id: Uuid,
  email: z.string(),
  display_name: z.string().optional(),
  role: z.string(),
  auth_method: z.string(),
  created_at: Instant,
})

const member = z.object({ user_id: Uuid })

export const listOrgs = endpoint({
  id: 'org.list',
  method: 'GET',
  path: '/v1/orgs',
  summary: 'List the organisations of which the caller is a member.',
  auth: 'user',
  action: null,
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({
    orgs: z.array(
      z.object({
        id: Uuid,
        name: z.string(),
        role: z.string(),
        /** The organisation of the caller's token. */
        is_current: z.boolean(),
        /** The organisation that runs the server. */
        is_platform: z.boolean(),
      }),
    ),
    ...nextCursor,
  }),
})

export const listMembers = endpoint({
  id: 'org.members',
  method: 'GET',
  path: '/v1/org/members',
  summary: 'List the members of the organisation.',
  auth: 'user',
  action: 'org.members',
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ members: z.array(Member), ...nextCursor }),
})

export const setMemberRole = endpoint({
  id: 'org.set-role',
  method: 'PATCH',
  path: '/v1/org/members/{user_id}',
  summary: 'Change the role of a member. For owners and admins.',
  description:
    'Only an owner can add or remove owners, and the last owner cannot be removed. Lowering the role signs the person out everywhere.',
  auth: 'user',
  action: 'org.set-role',
  audit: 'org.member_role',
  params: member,
  grants: 'member',
  body: z.object({ role: z.enum(ROLES) }),
  status: 200,
  reply: Member,
  problems: [403, 404],
})

export const memberAgentKeys = endpoint({
  id: 'org.member-agent-keys',
  method: 'GET',
  path: '/v1/org/members/{user_id}/agent-keys',
  summary: 'List the agents whose current key a member has seen. For owners and admins.',
  description: 'A key is seen by the person who registers or approves the agent, or who rotates its key.',
  auth: 'user',
  action: 'org.remove-member',
  audit: null,
  params: member,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({
    agents: z.array(z.object({ id: Uuid, name: z.string(), is_active: z.boolean() })),
    ...nextCursor,
  }),
  problems: [403, 404],
})

export const removeMember = endpoint({
  id: 'org.remove-member',
  method: 'DELETE',
  path: '/v1/org/members/{user_id}',
  summary: 'Remove a member. For owners and admins.',
  description:
    "The person's tokens, API keys and policies in this organisation end immediately. The account remains, with an organisation of its own if it has no other. `agent_keys` says what happens to the agents whose current key the person has seen: `keep` (the default), `deactivate`, or `rotate`, which answers 200 with the new keys, once.",
  auth: 'user',
  action: 'org.remove-member',
  audit: 'org.member_remove',
  params: member,
  query: z.object({ agent_keys: z.enum(AGENT_KEYS).optional() }),
  status: 204,
  otherStatuses: [200],
  reply: z.object({ agents: z.array(z.object({ id: Uuid, name: z.string(), api_key: z.string() })) }),
  problems: [403, 404],
})

export const resetMemberMfa = endpoint({
  id: 'org.reset-mfa',
  method: 'POST',
  path: '/v1/org/members/{user_id}/reset-mfa',
  summary: 'Ask a member to consent to turning off their lost second factor. For owners and admins.',
  description:
    'The member receives the link `<public url>/reset-mfa/<token>`, which works once, for 24 hours. It is void if the password of either person changes, or if the person who asked loses the role. Only an owner can ask an owner.',
  auth: 'user',
  action: 'org.reset-mfa',
  audit: 'org.reset_mfa',
  params: member,
  status: 202,
  reply: z.object({ message: z.string() }),
  problems: [403, 404, 409],
})

/** The keys are those of the settings themselves. */
const Settings = z.object({
  name: name(255, 1),
  'agents.can_own_vaults': z.boolean(),
  'audit.retention_days': z.int().min(0).max(99_999),
})

export const orgSettings = endpoint({
  id: 'org.settings',
  method: 'GET',
  path: '/v1/org/settings',
  summary: 'Get the settings of the organisation. For owners and admins.',
  description:
    '`name` is the display name of the organisation, used in invitations. With `agents.can_own_vaults`, agents can create vaults and manage the policies of the vaults they created. `audit.retention_days` is the number of days for which audit events are kept at least, if the operator removes old events; a shorter time than the operator’s has no effect, and 0 leaves it to the operator.',
  auth: 'user',
  action: 'org.settings',
  audit: null,
  status: 200,
  reply: Settings,
  problems: [403],
})

export const changeOrgSettings = endpoint({
  id: 'org.change-settings',
  method: 'PATCH',
  path: '/v1/org/settings',
  summary: 'Change the settings of the organisation. Absent fields are not changed. For owners and admins.',
  auth: 'user',
  action: 'org.settings',
  audit: 'org.settings',
  body: Settings.partial(),
  status: 200,
  reply: Settings,
  problems: [403],
})

/** The operations of this file, for the endpoint table. */
export const orgEndpoints = [
  listOrgs,
  listMembers,
  setMemberRole,
  memberAgentKeys,
  removeMember,
  resetMemberMfa,
  orgSettings,
  changeOrgSettings,
] as const
