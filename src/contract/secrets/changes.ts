import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { FreeObject, InstantInput, SecretPath, Uuid } from '../schema/fields.ts'
import { WrittenSecret } from './secrets.ts'

const params = z.object({ vault_id: Uuid, path: SecretPath })

export const updateSecret = endpoint({
  id: 'secrets.update',
  method: 'PATCH',
  path: '/v1/vaults/{vault_id}/secrets/{path}',
  rest: 'path',
  summary: 'Change the metadata, the expiry or the access limit of a secret without writing its value.',
  description:
    'Changes the newest version; its number stays. Absent fields are not changed. `null` removes the expiry, `{}` the metadata, and a `max_access_count` of 0 the limit; reads that were counted stay counted. An agent can only shorten the expiry and lower the limit (403). A deleted or disabled secret is 410.',
  auth: 'user-or-agent',
  action: 'secret.write',
  audit: 'secret.write',
  params,
  grants: 'secret',
  body: z.object({
    metadata: FreeObject.optional(),
    expires_at: InstantInput.nullable().optional(),
    max_access_count: z.int().min(0).max(2147483647).optional(),
  }),
  status: 200,
  reply: WrittenSecret,
  problems: [403, 404, 410],
})

const Destination = z.object({
  to: SecretPath,
  /** The same vault if absent. */
  to_vault_id: Uuid.optional(),
})

const RULES =
  'Every version that is not deleted is included, with its number. A secret at the other path, deleted or not, is 409. Vaults with different customer keys are 409, a key in the key provider is 403, more than 20 MiB is 413. An agent cannot copy versions whose reads are limited (403).'

export const copySecret = endpoint({
  id: 'secrets.copy',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-copy/{path}',
  rest: 'path',
  summary: 'Copy a secret with its history to another path or vault.',
  description: `Requires the permissions to read it and to write the other path. ${RULES}`,
  auth: 'user-or-agent',
  action: 'secret.read',
  audit: 'secret.copy',
  params,
  grants: 'secret',
  body: Destination,
  status: 201,
  reply: WrittenSecret,
  problems: [403, 404, 409, 410, 413],
})

export const moveSecret = endpoint({
  id: 'secrets.move',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/secret-move/{path}',
  rest: 'path',
  summary: 'Move a secret with its history to another path or vault.',
  description: `Requires the permissions to read and to delete it and to write the other path. Within a vault the secret keeps its id and its shares. In another vault it becomes a new secret: its shares end and its old path is free. Moving it back undoes the move. ${RULES}`,
  auth: 'user-or-agent',
  action: 'secret.read',
  audit: 'secret.move',
  params,
  body: Destination,
  status: 200,
  reply: WrittenSecret,
  problems: [403, 404, 409, 410, 413],
})

/** The operations of this file, for the endpoint table. */
export const secretChangeEndpoints = [updateSecret, copySecret, moveSecret] as const
