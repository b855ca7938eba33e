import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, name, SecretPath, Uuid } from '../schema/fields.ts'
import { nextCursor, pageQuery } from '../schema/pages.ts'
import { Vault } from '../vaults.ts'
import { WrittenSecret } from './secrets.ts'

const pathParams = z.object({ vault_id: Uuid, path: SecretPath })

const Deleted = z.object({
  id: Uuid,
  path: z.string(),
  type: z.string(),
  /** The newest version. */
  version: z.int(),
  deleted_at: Instant,
  /** `user:<id>` or `agent:<id>`; absent for deletions from before this was recorded. */
  deleted_by: z.string().optional(),
  /** When it is purged: until then it can be restored. */
  purge_at: Instant,
})

export const listDeletedSecrets = endpoint({
  id: 'secrets.deleted',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/deleted-secrets',
  summary: 'List the deleted secrets of a vault that can still be restored, of those that the caller can read.',
  auth: 'user-or-agent',
  action: 'secret.list',
  audit: 'secret.list',
  params: z.object({ vault_id: Uuid }),
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ secrets: z.array(Deleted), ...nextCursor }),
  problems: [403, 404],
})

export const listAllDeletedSecrets = endpoint({
  id: 'secrets.deleted-all',
  method: 'GET',
  path: '/v1/deleted-secrets',
  summary: 'List the deleted secrets of all vaults that can still be restored, of those that the caller can read.',
  auth: 'user-or-agent',
  action: 'secret.list-all',
  audit: 'secret.list',
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ secrets: z.array(Deleted.extend({ vault_id: Uuid, vault_name: z.string() })), ...nextCursor }),
})

export const restoreSecret = endpoint({
  id: 'secrets.restore',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-restore/{path}',
  rest: 'path',
  summary: 'Restore a deleted secret.',
  description:
    'Every version that was deleted with it is restored, with its number. Possible for 30 days, or as long as the server is configured to keep it; then the secret is purged, and this is 404. A secret that is not deleted is 409. Its shares are not restored.',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'secret.restore',
  params: pathParams,
  status: 200,
  reply: WrittenSecret,
  problems: [403, 404, 409],
})

export const rollBackSecret = endpoint({
  id: 'secrets.rollback',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-rollback/{path}/{version}',
  rest: 'path',
  summary: 'Write the value of an older version as a new version.',
  description:
    'Type and metadata are those of the older version; the access limit and the rotation policy do not change, and the expiry is cleared. An agent cannot do it with a version whose reads are limited (403). The value is not returned. A version that is disabled, expired or deleted is 410. In a vault with a customer key the older version must be encrypted with the current key (409).',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'secret.write',
  params: pathParams.extend({ version: z.int().min(1).max(2147483647) }),
  status: 201,
  reply: WrittenSecret,
  problems: [403, 404, 409, 410],
})

export const pruneSecret = endpoint({
  id: 'secrets.prune',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-prune/{path}',
  rest: 'path',
  summary: 'Purge the older versions of a secret.',
  description: '`keep` newest versions stay. What is purged cannot be restored.',
  auth: 'user',
  action: 'secret.delete',
  audit: 'secret.purge',
  params: pathParams,
  body: z.object({ keep: z.int().min(1).max(10_000) }),
  status: 200,
  reply: z.object({ purged: z.int() }),
  problems: [403, 404],
})

const DeletedVault = z.object({
  id: Uuid,
  name: z.string(),
  deleted_at: Instant,
  /** When it is purged: until then it can be restored. */
  purge_at: Instant,
})

export const listDeletedVaults = endpoint({
  id: 'vaults.deleted',
  method: 'GET',
  path: '/v1/deleted-vaults',
  summary: 'List the deleted vaults that the caller can restore.',
  description: 'Owners and admins see all of the organisation, others those that they created.',
  auth: 'user',
  action: 'vault.list',
  audit: null,
  query: z.object(pageQuery),
  status: 200,
  reply: z.object({ vaults: z.array(DeletedVault), ...nextCursor }),
})

export const restoreVault = endpoint({
  id: 'vaults.restore',
  method: 'POST',
  path: '/v1/deleted-vaults/{vault_id}/restore',
  summary: 'Restore a deleted vault with its secrets and policies.',
  description:
    'Possible until its key is destroyed: for 30 days, or as long as the server is configured to keep it. 409 if another vault has taken its name: send a different `name`. Shares of its secrets are not restored.',
  auth: 'user',
  action: 'vault.restore',
  audit: 'vault.restore',
  params: z.object({ vault_id: Uuid }),
  body: z.object({ name: name(255, 1).optional() }),
  bodyOptional: true,
  status: 200,
  reply: Vault,
  problems: [403, 404, 409],
})

export const purgeVault = endpoint({
  id: 'vaults.purge',
  method: 'DELETE',
  path: '/v1/deleted-vaults/{vault_id}',
  summary: 'Purge a deleted vault now and destroy its key.',
  description: 'It cannot be restored after that, and no copy of the database opens its values if the key was in an HSM.',
  auth: 'user',
  action: 'vault.restore',
  audit: 'vault.purge',
  params: z.object({ vault_id: Uuid }),
  status: 204,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const deletionsEndpoints = [
  listDeletedVaults,
  restoreVault,
  purgeVault,
  listDeletedSecrets,
  listAllDeletedSecrets,
  restoreSecret,
  rollBackSecret,
  pruneSecret,
] as const
