import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { text } from '../schema/fields.ts'

const Seal = z.object({
  sealed: z.boolean(),
  /** The kind of seal; only for a sealed server. */
  kind: z.enum(['passphrase', 'shares']).optional(),
  /** The number of shares given so far, and the number that is needed. */
  given: z.int().optional(),
  threshold: z.int().optional(),
})

export const sealStatus = endpoint({
  id: 'seal.status',
  method: 'GET',
  path: '/v1/seal',
  summary: 'Check whether the server is sealed, and what opens it.',
  description: 'This and `POST /v1/unseal` are answered by a sealed server too; everything else is 503 (`server_sealed`) there.',
  auth: 'public',
  action: null,
  audit: null,
  status: 200,
  reply: Seal,
})

export const unseal = endpoint({
  id: 'seal.unseal',
  method: 'POST',
  path: '/v1/unseal',
  summary: 'Unseal the server with its passphrase or one of its shares.',
  description:
    'Answered over TLS and to loopback only. Five wrong attempts of one address lock it out for 15 minutes; they are in the audit log once the server is unsealed. Shares are discarded if no other share follows within ten minutes, and when the server stops. 409 when the server is not sealed.',
  auth: 'public',
  action: null,
  audit: null,
  limit: 'public-auth',
  bodyLimit: 8 * 1024,
  body: z.object({ passphrase: text(1024, 1).optional(), share: text(256, 1).optional() }),
  status: 200,
  reply: Seal,
  problems: [403, 409, 503],
})

export const seal = endpoint({
  id: 'seal.seal',
  method: 'POST',
  path: '/v1/seal',
  summary: 'Seal the server: it forgets its keys until it is unsealed.',
  description:
    'Requires a platform administrator. Requests in progress are completed. If several servers share a database, only the one that receives the request is sealed. 409 if the root key is not sealed, or is in an HSM.',
  auth: 'user',
  action: 'platform.admin',
  audit: 'admin.seal',
  status: 202,
  reply: Seal,
  problems: [403, 409],
})

/** The operations of this file, for the endpoint table. */
export const sealingEndpoints = [sealStatus, unseal, seal] as const
