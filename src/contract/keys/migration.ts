import { z } from 'zod'
import { endpoint } from '../schema/endpoint.ts'
import { Instant, Uuid } from '../schema/fields.ts'

const admin = { auth: 'user', action: 'platform.admin' } as const

const to = z.enum(['software', 'pkcs11'])

const Store = z.object({ key_store: z.string(), place: z.string() })

const Migration = z.object({
  to: Store,
  connected: z.boolean(),
  /** Whether new keys are created in it. */
  active: z.boolean(),
  from: z.array(Store),
  /** Vaults whose key is still in another store and can be moved. */
  vaults: z.int(),
  /** Keys of the server itself that are still in another store and can be moved. */
  server_keys: z.int(),
  /** Signing keys of transactions that can be moved, and the first of them. */
  signing_keys: z.int(),
  goes: z.array(z.object({ vault_id: Uuid, vault: z.string(), path: z.string() })),
  rotations: z.int(),
  old_keys: z.int(),
  stays: z.array(
    z.object({
      kind: z.enum(['signing-key', 'server-keys', 'versions', 'vault', 'old-keys']),
      vault_id: Uuid.optional(),
      vault: z.string().optional(),
      path: z.string().optional(),
      reason: z.string(),
    }),
  ),
  stays_total: z.int(),
  settings: z.array(z.string()),
  migration: z
    .object({
      id: Uuid,
      status: z.enum(['running', 'completed', 'failed']),
      /** After a failure: the keys that could be moved but were not, and what to do. */
      errors: z.array(z.string()).optional(),
      vaults: z.int(),
      moved: z.int(),
      started_at: Instant,
      completed_at: Instant.optional(),
    })
    .optional(),
})

export const keyMigration = endpoint({
  ...admin,
  id: 'keys.migration',
  method: 'GET',
  path: '/v1/admin/keys/migration',
  summary: 'Show what a migration of keys to another key store would do, or its progress.',
  description:
    '`to` is the provider of one of the two key stores in the settings of the server; of two tokens, the next one. `vaults`, `server_keys` and `signing_keys` can be moved; `goes` lists the signing keys, `stays` what cannot be moved, and why, at most 1,000 entries each. `old_keys` are those that nothing is encrypted with any more and that are destroyed within about a minute. When nothing is left elsewhere, `settings` says how to change the settings. Requires a platform administrator.',
  audit: null,
  query: z.object({ to }),
  status: 200,
  reply: Migration,
  problems: [403, 503],
})

export const migrateKeys = endpoint({
  ...admin,
  id: 'keys.migrate',
  method: 'POST',
  path: '/v1/admin/keys/migration',
  summary: 'Move the keys of all vaults and of the server itself to another key store, while the server runs.',
  description:
    'From then on, new keys are created there. A job creates a new key there for each vault, wraps the key of every stored version with it, and destroys the old key when every version was opened with the new one. No value is decrypted, and everything can be read in the meantime. The keys of the server itself move as well; the key that signs tokens gets a successor there and is needed until its last token ends, a day at most. If the server stops, the job continues when it is back. While a migration to this key store is running, the answer is that migration. One that could not move something ends as `failed` and names it in `errors`; everything else is moved, and the same request tries again. Requires a sign-in within the last 15 minutes. Requires a platform administrator.',
  audit: 'key.migrate',
  body: z.object({ to }),
  status: 202,
  reply: Migration,
  problems: [403, 409, 503],
})

/** The operations of this file, for the endpoint table. */
export const migrationEndpoints = [keyMigration, migrateKeys] as const
