import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, Uuid } from '../schema/fields.ts'

const Purpose = z.enum(['jwt', 'audit', 'data-box', 'pepper'])

const ServerKey = z.object({
  key: Purpose,
  /** 1, 2, 3… in the order of succession. */
  number: z.int(),
  /** `retiring`: replaced, and still accepted. `retired`: nothing new is accepted with it. */
  state: z.enum(['upcoming', 'current', 'retiring', 'retired']),
  kind: z.string(),
  /** In the key store itself, or in the database, wrapped with a key of the key store. */
  held: z.enum(['keystore', 'database']),
  /** Absent for a key that is older than the record. */
  created_at: Instant.optional(),
  starts_at: Instant.optional(),
  /** When a retiring key will be retired, if that is known. */
  ends_at: Instant.optional(),
  ended_at: Instant.optional(),
  /** The number of seals, and its limit. */
  uses: z.int().optional(),
  limit: z.int().optional(),
  /** The number of rows that still need a retiring key. */
  remaining: z.int().optional(),
})

export const keysStatus = endpoint({
  id: 'keys.status',
  method: 'GET',
  path: '/v1/admin/keys',
  summary: 'List the keys of the server: where each is held, how much of its limit is used, and which rotations are running.',
  description:
    'Requires a platform administrator. Keys of vaults are counted, not listed; `most_uses` is that of the key that was used most. A vault key is rotated automatically when it has wrapped `rotated_at` keys.',
  auth: 'user',
  action: 'platform.admin',
  audit: null,
  status: 200,
  reply: z.object({
    keystore: z.string(),
    fingerprint: z.string(),
    /** The input that a start of the server requires: nothing, or the passphrase or shares of the root key. `pin`: the PIN of the HSM's token. */
    seal: z.enum(['none', 'passphrase', 'shares', 'pin']),
    keys: z.array(ServerKey),
    vault_keys: z.object({
      kind: z.string(),
      count: z.int(),
      in_keystore: z.int(),
      in_database: z.int(),
      most_uses: z.int(),
      rotated_at: z.int(),
      limit: z.int(),
    }),
    rotations: z.array(
      z.object({
        id: Uuid,
        kind: z.enum(['vault-key', 'customer-key']),
        vault_id: Uuid,
        total: z.int(),
        processed: z.int(),
        created_at: Instant,
      }),
    ),
  }),
  problems: [403],
})

export const rotateServerKey = endpoint({
  id: 'keys.rotate-server',
  method: 'POST',
  path: '/v1/admin/keys/{key}/rotate',
  summary: 'Replace a key of the server: of tokens, of the audit log, of sealed rows or of hashed API keys.',
  description:
    'Requires a platform administrator who signed in within the last 15 minutes. The new key is used from `starts_at` on, which is a few seconds ahead if several servers share a database; until then, another rotation is 409. The old key is accepted until nothing needs it: `jwt` until its longest token has ended (one day), `audit` until what it was used for is signed, `data-box` until every row is sealed again, `pepper` until every key that was hashed with it was used or has ended. `GET /v1/admin/keys` shows how far that is.',
  auth: 'user',
  action: 'platform.admin',
  audit: 'key.rotate',
  params: z.object({ key: Purpose }),
  status: 202,
  reply: ServerKey,
  problems: [403, 409],
})

/** The operations of this file, for the endpoint table. */
export const serverKeysEndpoints = [keysStatus, rotateServerKey] as const
