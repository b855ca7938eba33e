import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, Uuid } from '../schema/fields.ts'

const params = z.object({ vault_id: Uuid })

const VaultKeyJob = z.object({
  id: Uuid,
  vault_id: Uuid,
  status: z.enum(['running', 'completed', 'failed']),
  total_versions: z.int(),
  processed: z.int(),
  error: z.string().optional(),
  created_at: Instant,
  completed_at: Instant.optional(),
})

export const rotateVaultKey = endpoint({
  id: 'keys.rotate',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/rotate-key',
  summary: 'Replace the key of a vault in the key provider.',
  description:
    'A new key is created, and new values use it at once. A job then wraps the key of every stored version with it; no value is decrypted, and everything can be read in the meantime. The old key is kept until every version was opened with the new one, and is destroyed a minute later. If the server stops, the job continues when it is back. While a rotation of the vault’s key is running, the answer is that rotation; while a customer key is being rotated, 409. Only the creator of the vault, owners and admins may do this.',
  auth: 'user',
  action: 'vault.rotate-key',
  audit: 'key.rotate',
  params,
  status: 202,
  reply: VaultKeyJob,
  problems: [403, 404, 409],
})

export const vaultKeyRotation = endpoint({
  id: 'keys.rotation',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/rotate-key/{job_id}',
  summary: 'Get the progress of the rotation of a vault key.',
  description:
    '`total_versions` and `processed` count versions, including deleted ones. A rotation that failed has kept the old key.',
  auth: 'user',
  action: 'vault.rotate-key',
  audit: null,
  params: params.extend({ job_id: Uuid }),
  status: 200,
  reply: VaultKeyJob,
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const vaultKeysEndpoints = [rotateVaultKey, vaultKeyRotation] as const
