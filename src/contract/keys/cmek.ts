import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, Uuid } from '../schema/fields.ts'
import { SHA_256 } from '../schema/forms.ts'
import { Vault } from '../vaults.ts'

const params = z.object({ vault_id: Uuid })

/** SHA-256 of the customer key. */
const Fingerprint = z.string().regex(SHA_256)

/** A key of 32 bytes as base64 has 44 characters; a longer one gets a clearer error than one about a header. */
const KEY_HEADER_MAX = 128

const CmekJob = z.object({
  id: Uuid,
  vault_id: Uuid,
  old_fingerprint: z.string().optional(),
  new_fingerprint: z.string().optional(),
  status: z.enum(['pending', 'running', 'completed', 'failed']),
  total_secrets: z.int(),
  processed: z.int(),
  error: z.string().optional(),
  started_at: Instant.optional(),
  completed_at: Instant.optional(),
  created_at: Instant,
})

export const enableCmek = endpoint({
  id: 'cmek.enable',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/cmek',
  summary: 'Turn on a customer key for a vault. The server stores only its fingerprint.',
  description:
    'From then on, every value must be `01 | IV (12 bytes) | ciphertext | tag (16 bytes)` of AES-256-GCM with that key, as base64; anything else is 400. Values stored before do not change. A vault with another key is 409: rotate it instead. Where billing is enforced, the tiers `business` and `enterprise` have customer keys; on others this is 403. Only the creator of the vault, owners and admins may do this.',
  auth: 'user',
  action: 'vault.cmek',
  audit: 'vault.cmek',
  params,
  body: z.object({ fingerprint: Fingerprint }),
  status: 200,
  reply: Vault,
  problems: [403, 404, 409],
})

export const disableCmek = endpoint({
  id: 'cmek.disable',
  method: 'DELETE',
  path: '/v1/vaults/{vault_id}/cmek',
  summary: 'Turn off the customer key of a vault.',
  description: 'Values stored with the key stay encrypted with it, so keep the key. 409 while a rotation is running.',
  auth: 'user',
  action: 'vault.cmek',
  audit: 'vault.cmek',
  params,
  status: 200,
  reply: Vault,
  problems: [403, 404, 409],
})

export const rotateCmek = endpoint({
  id: 'cmek.rotate',
  method: 'POST',
  path: '/v1/vaults/{vault_id}/cmek-rotate',
  summary: 'Encrypt every value of a vault with a new customer key.',
  description:
    'Both keys are sent in headers, checked against the fingerprints, and kept in memory for this job only. As soon as the job starts, new values must use the new key. If the job is interrupted, send the same request again to continue it; while it runs, the answer is 409. Where billing is enforced, a tier without customer keys can continue a job but start none (403). A version that the old key cannot open is left unchanged, and the job ends as `failed`.',
  auth: 'user',
  action: 'vault.cmek',
  audit: 'vault.cmek',
  params,
  headers: [
    { name: 'x-cmek-old-key', description: 'The current key, 32 bytes as base64.', maxLength: KEY_HEADER_MAX },
    { name: 'x-cmek-new-key', description: 'The new key, 32 bytes as base64.', maxLength: KEY_HEADER_MAX },
  ],
  body: z.object({ new_fingerprint: Fingerprint }),
  status: 202,
  reply: CmekJob,
  problems: [403, 404, 409],
})

export const cmekRotation = endpoint({
  id: 'cmek.rotation',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/cmek-rotate/{job_id}',
  summary: 'Get the progress of a customer key rotation.',
  description: '`total_secrets` and `processed` count versions, including deleted ones.',
  auth: 'user',
  action: 'vault.cmek',
  audit: null,
  params: params.extend({ job_id: Uuid }),
  status: 200,
  reply: CmekJob,
  problems: [403, 404],
})

export const cmekRotations = endpoint({
  id: 'cmek.rotations',
  method: 'GET',
  path: '/v1/vaults/{vault_id}/cmek-rotate',
  summary: 'List the customer key rotations of a vault.',
  description: 'The latest twenty, newest first.',
  auth: 'user',
  action: 'vault.cmek',
  audit: null,
  params,
  status: 200,
  reply: z.object({ rotations: z.array(CmekJob) }),
  problems: [403, 404],
})

/** The operations of this file, for the endpoint table. */
export const cmekEndpoints = [enableCmek, disableCmek, rotateCmek, cmekRotation, cmekRotations] as const
