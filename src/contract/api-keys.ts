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
})

export const createApiKey = endpoint({
  id: 'api-keys.create',
  method: 'POST',
  path: '/v1/auth/api-keys',
  summary: 'Create a personal API key. It is shown once.',
  description:
    '`scopes` are path patterns: a key with scopes reaches only the secrets they cover, and only as far as policies allow. A scope that contains `:` is a label. An API key cannot create API keys. Needs a sign-in of the last 15 minutes. A key ends when the password of its owner is changed.',
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
  description: 'An API key lists those of its own organisation; one that is confined to paths lists itself.',
  auth: 'user',
  action: null,
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ keys: z.array(ApiKey), ...nextCursor }),
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
