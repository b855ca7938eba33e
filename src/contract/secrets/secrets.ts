import { z } from 'zod'
import { SECRET_PATH_MAX } from '../../path-pattern.ts'
import { endpoint } from '../schema/endpoint.ts'
import { FreeObject, Instant, InstantInput, Purge, SecretPath, text, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'

export const SECRET_TYPES = [
  'generic',
  'password',
  'api_key',
  'private_key',
  'certificate',
  'file',
  'note',
  'ssh_key',
  'env',
  'env_bundle',
] as const

/** The maximum size of a value in bytes of UTF-8. */
export const SECRET_VALUE_MAX = 5 * 1024 * 1024

/** JSON escapes can double an ordinary value; a value with only control characters is refused as too large. */
const VALUE_BODY_LIMIT = 2 * SECRET_VALUE_MAX + 64 * 1024

const metadataFields = {
  id: Uuid,
  path: z.string(),
  type: z.string(),
  version: z.int(),
  metadata: FreeObject.optional(),
  created_at: Instant,
  expires_at: Instant.optional(),
}

export const WrittenSecret = z.object(metadataFields)

export const SecretSummary = z.object({
  ...metadataFields,
  is_disabled: z.boolean().optional(),
  /** A key in the key provider: its value is refused to everyone, whatever `metadata` says. */
  held_by_provider: z.boolean().optional(),
  created_by: z.string().optional(),
  max_access_count: z.int().optional(),
  access_count: z.int().optional(),
  rotation_policy: FreeObject.optional(),
})

export const Secret = z.object({
  ...metadataFields,
  value: z.string(),
  created_by: z.string().optional(),
  cmek_encrypted: z.boolean().optional(),
  /** For a version whose reads are limited: a client that caches values must not cache this one. */
  max_access_count: z.int().optional(),
})

const USAGE = ['held_by_provider', 'created_by', 'max_access_count', 'access_count', 'rotation_policy'] as const
const include = z.enum(['usage']).optional()
const LIMIT = ['max_access_count'] as const
const INCLUDE_LIMIT = 'With `include=usage` a value whose reads are limited also has `max_access_count`.'
const INCLUDE =
  'With `include=usage` each entry also has `created_by`, `rotation_policy`, `held_by_provider` and, where reads are limited, `max_access_count` and `access_count`.'
const vaultParams = z.object({ vault_id: Uuid })
const pathParams = z.object({ vault_id: Uuid, path: SecretPath })
const versionParams = z.object({ vault_id: Uuid, path: SecretPath, version: z.int().min(1).max(2147483647) })

export const listSecrets = endpoint({
  id: 'secrets.list',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/secrets',
  summary: 'List the newest version of every secret that the caller can read, without values.',
  description: `\`prefix\` is compared as a string. Secrets that the caller cannot read are neither listed nor counted. The \`ETag\` represents everything that the caller sees in the vault, whichever page was requested: with it in \`If-None-Match\` the answer is 304 as long as nothing has changed, and no event is recorded. ${INCLUDE}`,
  auth: 'user-or-agent',
  action: 'secret.list',
  audit: 'secret.list',
  params: vaultParams,
  query: z.object({ ...pageQuery, prefix: text(SECRET_PATH_MAX).optional(), include }),
  status: 200,
  reply: z.object({ secrets: z.array(SecretSummary), ...nextCursor }),
  more: { include: 'usage', list: 'secrets', fields: USAGE },
  etag: true,
  problems: [403, 404],
})

export const putSecret = endpoint({
  id: 'secrets.put',
  method: 'PUT',
  path: '/v1/vaults/{vault_id}/secrets/{path}',
  rest: 'path',
  summary: 'Write a new version of a secret.',
  description:
    'The value may be any text of up to 5 MiB; the response never contains it. Without `type`, the type does not change (initially `generic`); the same goes for metadata, rotation policy and access limit, unless the secret is deleted. `{}` empties the metadata, and a `max_access_count` of 0 means unlimited. Reads are counted from 0 again, and the expiry is cleared. In a vault with a customer key the value must be encrypted with that key (400); `cmek_fingerprint` says which key was used, and another key than the vault’s is 409. While the key is being rotated, a value without `cmek_fingerprint` is 409.',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'secret.write',
  price: 'write',
  bodyLimit: VALUE_BODY_LIMIT,
  params: pathParams,
  grants: 'secret',
  body: z.object({
    value: z.string(),
    type: z.enum(SECRET_TYPES).optional(),
    metadata: FreeObject.optional(),
    expires_at: InstantInput.optional(),
    rotation_policy: FreeObject.optional(),
    max_access_count: z.int().min(0).max(2147483647).optional(),
    cmek_fingerprint: text(64).optional(),
  }),
  status: 201,
  reply: WrittenSecret,
  problems: [403, 404, 409, 413],
})

export const getSecret = endpoint({
  id: 'secrets.get',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/secrets/{path}',
  rest: 'path',
  summary: 'Read the newest version of a secret.',
  description: INCLUDE_LIMIT,
  auth: 'user-or-agent',
  action: 'secret.read',
  audit: 'secret.read',
  price: 'read',
  params: pathParams,
  query: z.object({ include }),
  status: 200,
  reply: Secret,
  more: { include: 'usage', fields: LIMIT },
  problems: [403, 404, 410],
})

export const readSecrets = endpoint({
  id: 'secrets.read-many',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-values',
  summary: 'Read the newest version of several secrets at once.',
  description: `Use it to load an environment in one request. With \`paths\`, every secret must be readable and usable. With \`prefix\` (a string prefix; empty for all), secrets that the caller cannot read and those that are expired, disabled or used up are omitted. Each returned value has its own audit event. At most 500 secrets and 20 MiB of values. With \`include: "usage"\` a value whose reads are limited also has \`max_access_count\`.`,
  auth: 'user-or-agent',
  action: 'secret.read-many',
  audit: 'secret.read',
  params: vaultParams,
  body: z.object({ paths: z.array(SecretPath).max(500).optional(), prefix: text(SECRET_PATH_MAX).optional(), include }),
  status: 200,
  reply: z.object({ secrets: z.array(Secret) }),
  more: { include: 'usage', list: 'secrets', fields: LIMIT },
  inParts: 'secrets',
  problems: [403, 404, 410, 413],
})

export const deleteSecret = endpoint({
  id: 'secrets.delete',
  method: 'DELETE',
  path: '/v1/vaults/{vault_id}/secrets/{path}',
  rest: 'path',
  summary: 'Delete every version of a secret. A later write continues with the next version number.',
  description:
    'It can be restored for 30 days, or as long as the server is configured to keep it; then it is purged. With `purge=true` it is purged now, deleted or not: it cannot be restored, and a later write is another secret that starts with version 1. Agents cannot purge (403).',
  auth: 'user-or-agent',
  action: 'secret.delete',
  audit: 'secret.delete',
  params: pathParams,
  query: z.object({ purge: Purge }),
  status: 204,
  problems: [403, 404],
})

export const listVersions = endpoint({
  id: 'secrets.versions',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/secret-versions/{path}',
  rest: 'path',
  summary: 'List the versions of a secret, newest first, without values.',
  description: INCLUDE,
  auth: 'user-or-agent',
  action: 'secret.read',
  audit: 'secret.list',
  params: pathParams,
  query: z.object({ ...pageQuery, include }),
  status: 200,
  reply: z.object({ versions: z.array(SecretSummary), ...nextCursor }),
  more: { include: 'usage', list: 'versions', fields: USAGE },
  problems: [403, 404],
})

export const getVersion = endpoint({
  id: 'secrets.version',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/secret-version/{path}/{version}',
  rest: 'path',
  summary: 'Read one version of a secret.',
  description: INCLUDE_LIMIT,
  auth: 'user-or-agent',
  action: 'secret.read',
  audit: 'secret.read',
  params: versionParams,
  query: z.object({ include }),
  status: 200,
  reply: Secret,
  more: { include: 'usage', fields: LIMIT },
  problems: [403, 404, 410],
})

export const disableVersion = endpoint({
  id: 'secrets.disable',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-version-disable/{path}/{version}',
  rest: 'path',
  summary: 'Disable one version. Reading it then returns 410.',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'secret.write',
  params: versionParams,
  status: 204,
  problems: [403, 404],
})

export const rotateSecret = endpoint({
  id: 'secrets.rotate',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-rotate/{path}',
  rest: 'path',
  summary: 'Write a random value as a new version. The value is not returned.',
  description:
    '`length` counts characters (default: 32). `ascii` means the printable characters 0x21 to 0x7e. Type, metadata, rotation policy and access limit do not change; the expiry is cleared. A secret that never existed is 404 and a deleted one is 410: rotating does not create secrets. In a vault with a customer key it is 409: write a value that is encrypted with the key.',
  auth: 'user-or-agent',
  action: 'secret.rotate',
  audit: 'secret.write',
  params: pathParams,
  grants: 'secret',
  body: z.object({
    length: z.int().min(8).max(1024).optional(),
    charset: z.enum(['hex', 'base64', 'alphanumeric', 'ascii']).optional(),
    type: z.enum(SECRET_TYPES).optional(),
  }),
  bodyOptional: true,
  status: 201,
  reply: WrittenSecret,
  problems: [403, 404, 409, 410],
})

/** The operations of this file, for the endpoint table. */
export const secretsEndpoints = [
  listSecrets,
  putSecret,
  getSecret,
  readSecrets,
  deleteSecret,
  listVersions,
  getVersion,
  disableVersion,
  rotateSecret,
] as const
