import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { FreeObject, Instant, InstantInput, SecretPath, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

export const PERMISSIONS = ['read', 'write', 'delete', 'rotate', 'admin'] as const

const Days = z.array(z.union([z.enum(['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']), z.int().min(0).max(7)])).max(14)

/** Unknown keys are refused, at both levels: an unchecked condition must not look as if it was met. */
export const Conditions = z.strictObject({
  ip_allowlist: z.array(text(64, 1)).max(200).optional(),
  time_window: z
    .strictObject({
      after: text(5, 4).optional(),
      before: text(5, 4).optional(),
      start_hour: z.int().min(0).max(24).optional(),
      end_hour: z.int().min(0).max(24).optional(),
      timezone: text(64, 1).optional(),
      days: Days.optional(),
      days_of_week: Days.optional(),
    })
    .optional(),
})

export const Policy = z.object({
  id: Uuid,
  vault_id: Uuid,
  secret_path_pattern: z.string(),
  principal_type: z.enum(['user', 'agent']),
  principal_id: z.string(),
  permissions: z.array(z.string()),
  conditions: FreeObject.optional(),
  expires_at: Instant.optional(),
  created_by: z.string().optional(),
  created_by_type: z.string().optional(),
  created_at: Instant,
  /** The policy that granted `admin` to the creator of this one, which ends with it. */
  granted_under: Uuid.optional(),
})

const vaultParams = z.object({ vault_id: Uuid })
const policyParams = z.object({ vault_id: Uuid, policy_id: Uuid })
const Permissions = z.array(z.enum(PERMISSIONS)).min(1).max(PERMISSIONS.length)

export const createPolicy = endpoint({
  id: 'policies.create',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/policies',
  summary: 'Grant a user or an agent permissions on the paths a pattern matches.',
  description:
    'Pattern: segments joined by `/`; `*` is exactly one segment, `**` zero or more, all else literal. Permissions: `read` (get and list), `write` (put and delete), `delete`, `rotate`, `admin` (manage this vault’s policies on the paths the pattern matches, except one’s own; implies the rest). A policy that was created with `admin` on some paths names the policy that granted `admin` in `granted_under`: it has at least the conditions of that policy, expires no later, and ends with it. `time_window` takes `after` and `before` as `HH:MM` (or `start_hour` and `end_hour`), `timezone` (IANA, default: UTC) and `days` (`mon`…`sun`, or 0–7 with Sunday as 0 and 7); a window that ends before it starts runs over midnight. Policies only allow: `effect` other than `allow`, and any other field that would restrict and is not enforced here, is 400.',
  auth: 'user-or-agent',
  action: 'policy.create',
  audit: 'policy.create',
  params: vaultParams,
  grants: 'policy',
  body: z.object({
    secret_path_pattern: text(600, 1),
    principal_type: z.enum(['user', 'agent']),
    principal_id: text(64, 1),
    permissions: Permissions,
    conditions: Conditions.nullable().optional(),
    expires_at: InstantInput.nullable().optional(),
  }),
  status: 201,
  reply: Policy,
  problems: [403, 404],
})

/** The maximum number of policies that are created at once. */
export const MOST_AT_ONCE = 100

export const createPolicies = endpoint({
  id: 'policies.create-many',
  method: 'POST',
  path: '/v1/policies/batch',
  summary: 'Grant a user or an agent permissions on several patterns, in one or more vaults: all of them or none.',
  description:
    'Creates the same policy as `POST /v1/vaults/{vault_id}/policies` for each of `grants`, at most 100. If one of them cannot be created, none is.',
  auth: 'user-or-agent',
  action: 'policy.create-many',
  audit: 'policy.create',
  grants: 'policy',
  body: z.object({
    grants: z
      .array(z.strictObject({ vault_id: Uuid, secret_path_pattern: text(600, 1) }))
      .min(1)
      .max(MOST_AT_ONCE),
    principal_type: z.enum(['user', 'agent']),
    principal_id: text(64, 1),
    permissions: Permissions,
    conditions: Conditions.nullable().optional(),
    expires_at: InstantInput.nullable().optional(),
  }),
  status: 201,
  reply: z.object({ policies: z.array(Policy) }),
  problems: [403, 404, 409],
})

export const listPolicies = endpoint({
  id: 'policies.list',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/policies',
  summary: "List a vault's policies.",
  auth: 'user-or-agent',
  action: 'policy.list',
  audit: 'policy.list',
  params: vaultParams,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ policies: z.array(Policy), ...nextCursor }),
  problems: [403, 404],
})

export const updatePolicy = endpoint({
  id: 'policies.update',
  method: 'PUT',
  path: '/v1/vaults/{vault_id}/policies/{policy_id}',
  summary: 'Change permissions, conditions and expiry. Absent fields are not changed; `null` clears a field.',
  description:
    'You can send `secret_path_pattern`, `principal_type` and `principal_id` unchanged; they cannot be changed (400). A field that would restrict and is not enforced here is 400.',
  auth: 'user-or-agent',
  action: 'policy.update',
  audit: 'policy.update',
  params: policyParams,
  grants: 'policy',
  body: z.object({
    secret_path_pattern: text(600, 1).optional(),
    principal_type: z.enum(['user', 'agent']).optional(),
    principal_id: text(64, 1).optional(),
    permissions: Permissions.optional(),
    conditions: Conditions.nullable().optional(),
    expires_at: InstantInput.nullable().optional(),
  }),
  status: 200,
  reply: Policy,
  problems: [403, 404],
})

export const deletePolicy = endpoint({
  id: 'policies.delete',
  method: 'DELETE',
  path: '/v1/vaults/{vault_id}/policies/{policy_id}',
  summary: 'Delete a policy. It takes effect on the next request.',
  auth: 'user-or-agent',
  action: 'policy.delete',
  audit: 'policy.delete',
  params: policyParams,
  status: 204,
  problems: [403, 404],
})

export const policiesOfAgent = endpoint({
  id: 'policies.of-agent',
  method: 'GET',
  path: '/v1/agents/{agent_id}/policies',
  summary: 'List the policies of an agent, in every vault.',
  description: 'For owners, admins and the person who registered the agent.',
  auth: 'user',
  action: 'policy.of-agent',
  audit: null,
  params: z.object({ agent_id: Uuid }),
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ policies: z.array(Policy), ...nextCursor }),
  problems: [403, 404],
})

export const secretAccess = endpoint({
  id: 'policies.access',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/access',
  summary: 'Show for everyone in the organisation whether they have a permission on a path, why, and who used it.',
  description:
    'For every agent and member this is the decision that `policies/explain` returns for a single one: the one that the server would make now for a request from `ip` (default: the caller’s address). `policies` are those that grant it (`holds`), and those that would if their conditions were met. `reads_90d`, `last_read_at` and `last_read_version` are present for principals that have read the secret in the last 90 days; `include=days` adds the number of reads of each day. As in the audit log, owners and admins see everyone’s reads, others their own. Agents come first, by name, then people, by address.',
  auth: 'user-or-agent',
  action: 'policy.list',
  audit: 'policy.explain',
  params: vaultParams,
  query: z.object({
    ...pageQuery,
    include: z.enum(['days']).optional(),
    path: SecretPath,
    /** `read` if absent. */
    permission: z.enum(PERMISSIONS).optional(),
    ip: text(64).optional(),
  }),
  status: 200,
  reply: z.object({
    path: z.string(),
    permission: z.string(),
    principals: z.array(
      z.object({
        principal_type: z.enum(['user', 'agent']),
        principal_id: z.string(),
        name: z.string(),
        allowed: z.boolean(),
        /** `inactive`, `vault-ceiling`, `scope-ceiling`, `policy`, `creator` or `no-policy`. */
        rule: z.string(),
        policy_id: Uuid.optional(),
        reason: z.string(),
        policies: z.array(
          z.object({
            policy_id: Uuid,
            secret_path_pattern: z.string(),
            permissions: z.array(z.string()),
            conditions: FreeObject,
            expires_at: Instant.optional(),
            holds: z.boolean(),
          }),
        ),
        reads_90d: z.int().optional(),
        last_read_at: Instant.optional(),
        /** The version that was read then. */
        last_read_version: z.int().optional(),
      }),
    ),
    /** Only with `include=days`; UTC days without a read are left out. */
    days: z.array(z.object({ day: z.string(), reads: z.int() })).optional(),
    ...nextCursor,
  }),
  problems: [403, 404],
})

export const explainPolicy = endpoint({
  id: 'policies.explain',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/policies/explain',
  summary: 'Explain whether a principal has a permission on a path, and which rule decides.',
  description: 'This is the decision that the server would make now for a request from `ip` (default: the caller’s address).',
  auth: 'user-or-agent',
  action: 'policy.list',
  audit: 'policy.explain',
  params: vaultParams,
  body: z.object({
    principal_type: z.enum(['user', 'agent']),
    principal_id: text(64, 1),
    permission: z.enum(PERMISSIONS),
    path: SecretPath,
    ip: text(64).optional(),
  }),
  status: 200,
  reply: z.object({
    allowed: z.boolean(),
    /** `inactive`, `vault-ceiling`, `scope-ceiling`, `policy`, `creator` or `no-policy`. */
    rule: z.string(),
    policy_id: Uuid.optional(),
    reason: z.string(),
    considered: z.array(z.object({ policy_id: Uuid, secret_path_pattern: z.string(), outcome: z.string() })),
  }),
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const policiesEndpoints = [
  createPolicies,
  createPolicy,
  listPolicies,
  policiesOfAgent,
  updatePolicy,
  deletePolicy,
  explainPolicy,
  secretAccess,
] as const
