import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, SecretPath, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'
import { SECRET_TYPES, WrittenSecret } from './secrets.ts'

export const ORDERS = ['vault', 'path', 'created_at', 'expires_at', 'last_read_at'] as const

export const listAllSecrets = endpoint({
  id: 'secrets.list-all',
  method: 'GET',
  path: '/v1/secrets',
  summary: 'List the newest version of every secret that the caller can read, in all vaults, without values.',
  description:
    '`created_at` is when the value was written. `last_read_at` is when it was last read, and `readers` is how many people and agents read it in the last 90 days; as in the audit log, owners and admins see everyone’s reads, others their own. `has_policy` says whether any policy that has not expired covers the path: without one, only the creator of the vault can read it. `sort=vault` (default) sorts any number of secrets by vault, then by path. The other orders answer 400 for more than 20,000 secrets; `created_at`, `expires_at` and `last_read_at` start with the earliest. Secrets without that time come last, except that secrets which were never read come first. `vault_id` lists the secrets of this vault only; the list is empty for a vault that the caller cannot list.',
  auth: 'user-or-agent',
  action: 'secret.list-all',
  audit: 'secret.list',
  query: z.object({ ...pageQuery, sort: z.enum(ORDERS).optional(), vault_id: Uuid.optional() }),
  status: 200,
  reply: z.object({
    secrets: z.array(
      z.object({
        id: Uuid,
        vault_id: Uuid,
        vault_name: z.string(),
        path: z.string(),
        type: z.string(),
        version: z.int(),
        created_at: Instant,
        expires_at: Instant.optional(),
        is_disabled: z.boolean().optional(),
        max_access_count: z.int().optional(),
        access_count: z.int().optional(),
        has_policy: z.boolean(),
        last_read_at: Instant.optional(),
        readers: z.int(),
      }),
    ),
    ...nextCursor,
  }),
})

/** The maximum number of secrets that are written at once. */
export const MOST_WRITTEN = 500

export const putSecrets = endpoint({
  id: 'secrets.put-many',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secrets',
  summary: 'Write a new version of several secrets: all of them or none.',
  description:
    'Each is authorised and written like `PUT /v1/vaults/{vault_id}/secrets/{path}` with a value and a type, and has its own audit event. At most 500 secrets. 400 in a vault with a customer key: values must be encrypted one by one.',
  auth: 'user-or-agent',
  action: 'secret.write-many',
  audit: 'secret.write',
  bodyLimit: 10 * 1024 * 1024,
  params: z.object({ vault_id: Uuid }),
  grants: 'secret',
  body: z.object({
    secrets: z
      .array(z.strictObject({ path: SecretPath, value: z.string(), type: z.enum(SECRET_TYPES).optional() }))
      .min(1)
      .max(MOST_WRITTEN),
  }),
  status: 201,
  reply: z.object({ secrets: z.array(WrittenSecret) }),
  problems: [403, 404, 409, 413],
})

/** The operations of this file, for the endpoint table. */
export const allSecretsEndpoints = [listAllSecrets, putSecrets] as const
