import { z } from 'zod'
import { endpoint } from './schema/endpoint.ts'
import { Instant, InstantInput, name, text, Uuid } from './schema/fields.ts'
import { nextCursor, pageQuery } from './schema/pages.ts'

export const ApiKey = z.object({
  id: Uuid,
  name: z.string(),
  key_prefix: z.string(),
  scopes: z.array(z.string()),
  is_active: z.boolean(),
  created_at: Instant,
  expires_at: Instant.optional(),
  last_used_at: Instant.optional(),
  last_used_from: z.string().optional(),
  /** The key that replaces it; this one works until `expires_at`. */
  replaced_by: Uuid.optional(),
})

const USAGE = ['last_used_from', 'replaced_by'] as const

export const createApiKey = endpoint({
  id: 'api-keys.create',
  method: 'POST',
  path: '/v1/auth/api-keys',
  summary: 'Create a personal API key. It is shown once.',
  description:
    '`scopes` are path patterns: a key with scopes reaches only the secrets they cover, and only as far as policies allow. A scope that contains `:` is a label. An API key cannot create API keys. Requires a sign-in within the last 15 minutes. A key ends when the password of its owner is changed.',
  auth: 'user',
  action: null,
  audit: 'api_key.create',
  grants: 'api-key',
  body: z.object({
    name: name(255, 1),
    scopes: z.array(text(600, 1)).max(50).optional(),
    expires_at: InstantInput.optional(),
  }),
  status: 201,
  reply: z.object({ key: ApiKey, api_key: z.string() }),
})

export const listApiKeys = endpoint({
  id: 'api-keys.list',
  method: 'GET',
  path: '/v1/auth/api-keys',
  summary: "List the caller's API keys, without the keys themselves.",
  description:
    'An API key lists those of its own organisation; one that is confined to paths lists itself. With `include=usage` each entry also has `last_used_from` and, once it was rotated, `replaced_by`.',
  auth: 'user',
  action: null,
  audit: null,
  query: z.object({ ...pageQuery, include: z.enum(['usage']).optional() }),
  status: 200,
  reply: z.object({ keys: z.array(ApiKey), ...nextCursor }),
  more: { include: 'usage', list: 'keys', fields: USAGE },
})

export const rotateApiKey = endpoint({
  id: 'api-keys.rotate',
  method: 'POST',
  path: '/v1/auth/api-keys/{key_id}/rotate',
  summary: 'Create an API key that replaces another one, which keeps working for a while. It is shown once.',
  description:
    'The new key has the name, the scopes and the lifetime of the old one. Nothing that uses the old key stops working: it ends at `keep_old_until` (7 days from now by default, at most 90), at its own expiry, or when it is revoked. `replaced` is the old key. 409: the key was rotated before. Requires a sign-in within the last 15 minutes, as creating a key does.',
  auth: 'user',
  action: null,
  audit: 'api_key.rotate',
  params: z.object({ key_id: Uuid }),
  grants: 'api-key',
  body: z.object({ keep_old_until: InstantInput.optional() }),
  bodyOptional: true,
  status: 201,
  reply: z.object({ key: ApiKey, api_key: z.string(), replaced: ApiKey }),
  problems: [404, 409],
})

export const revokeApiKey = endpoint({
  id: 'api-keys.revoke',
  method: 'DELETE',
  path: '/v1/auth/api-keys/{key_id}',
  summary: 'Revoke an API key and every token made from it.',
  description: 'An API key can revoke those of its own organisation; one that is confined to paths revokes none.',
  auth: 'user',
  action: null,
  audit: 'api_key.revoke',
  params: z.object({ key_id: Uuid }),
  status: 204,
  problems: [404],
})

const AgentKey = z.object({
  /** `current` is the newest; `previous` works until `expires_at`. */
  slot: z.enum(['current', 'previous']),
  key_prefix: z.string(),
  /** Absent for a key from before this was recorded. */
  created_at: Instant.optional(),
  last_used_at: Instant.optional(),
  last_used_from: z.string().optional(),
  expires_at: Instant.optional(),
})

const agentParams = z.object({ agent_id: Uuid })

export const listAgentKeys = endpoint({
  id: 'agents.keys',
  method: 'GET',
  path: '/v1/agents/{agent_id}/keys',
  summary: 'List the active keys of an agent, at most two, with the time and address of their last use.',
  description: 'For owners, admins and the person who registered the agent. `last_used_at` is exact to a minute.',
  auth: 'user',
  action: 'agent.rotate-key',
  audit: null,
  params: agentParams,
  status: 200,
  reply: z.object({ keys: z.array(AgentKey) }),
  problems: [403, 404],
})

export const addAgentKey = endpoint({
  id: 'agents.add-key',
  method: 'POST',
  path: '/v1/agents/{agent_id}/keys',
  summary: 'Give an agent a new key, shown once. The current key keeps working for a while.',
  description:
    'Nothing that uses the current key breaks: it is the `previous` key until `keep_old_until` (7 days from now by default, at most 90). An agent has at most two keys; while there is a previous one, this is 409. `rotate-key` replaces both at once.',
  auth: 'user',
  action: 'agent.rotate-key',
  audit: 'agent.rotate_key',
  params: agentParams,
  grants: 'api-key',
  body: z.object({ keep_old_until: InstantInput.optional() }),
  bodyOptional: true,
  status: 201,
  reply: z.object({ api_key: z.string(), keys: z.array(AgentKey) }),
  problems: [403, 404, 409],
})

export const revokeAgentKey = endpoint({
  id: 'agents.revoke-key',
  method: 'DELETE',
  path: '/v1/agents/{agent_id}/keys/previous',
  summary: 'Revoke the previous key of an agent. Its tokens end; programs with the new key can get another token.',
  auth: 'user',
  action: 'agent.rotate-key',
  audit: 'agent.revoke_key',
  params: agentParams,
  status: 204,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const apiKeysEndpoints = [
  createApiKey,
  listApiKeys,
  rotateApiKey,
  revokeApiKey,
  listAgentKeys,
  addAgentKey,
  revokeAgentKey,
] as const
