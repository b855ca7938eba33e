import type { keysStatus } from '../../../../src/contract/keys/server-keys.ts'
import type { ReplyOf } from '../../../../src/contract/schema/endpoint.ts'
import type { Database } from '../../../db/database.ts'
import type { Keyring } from '../../../keys/keyring.ts'
import { GCM_LIMIT } from '../../../keys/primitives/gcm.ts'
import { boxKeyId, WORN_AT } from '../../../keys/wrap-count.ts'
import type { Grant } from '../../../policy/grant.ts'
import type { KekWrapStore } from '../../../stores/keys/kek-wraps.ts'
import type { KeyJobStore } from '../../../stores/keys/key-jobs.ts'
import type { ServerKeyRow, ServerKeyStore } from '../../../stores/keys/server-keys.ts'
import { type Purpose, signerOf } from './material.ts'
import type { ServerKeyRotation } from './rotation.ts'

export interface KeyStatusDeps {
  readonly database: Database<{ serverKeys: ServerKeyStore; kekWraps: KekWrapStore; keyJobs: KeyJobStore }>
  readonly keyring: Pick<Keyring, 'provider' | 'fingerprint'>
  readonly rotation: Pick<ServerKeyRotation, 'remaining' | 'endsAt'>
  /** Called first, so the counts are current. */
  readonly wraps: { flush(): Promise<void> }
  /** The seal over the root key in its file; `pkcs11` if there is none. */
  readonly sealKind: () => Promise<'none' | 'passphrase' | 'shares' | 'pkcs11'>
  readonly clock: () => number
}

type Status = ReplyOf<typeof keysStatus>
export type ServerKeyBody = Status['keys'][number]
export type KeyStatus = ReturnType<typeof keyStatus>

const KINDS: Readonly<Record<Purpose, string>> = {
  jwt: 'Ed25519',
  audit: 'HMAC-SHA-256',
  'data-box': 'AES-256-GCM',
  pepper: 'HMAC-SHA-256',
}

/** The maximum number of reported rotations. */
const ROTATIONS = 100

/** The server's own keys, their locations, and how much of their limits is used. */
export function keyStatus({ database, keyring, rotation, wraps, sealKind, clock }: KeyStatusDeps) {
  async function bodyOf(row: ServerKeyRow, rows: readonly ServerKeyRow[]): Promise<ServerKeyBody> {
    const { number, created_at, starts_at, ended_at } = row
    const key = row.purpose as Purpose
    const next = rows.find(each => each.purpose === key && each.number === number + 1)
    const state = stateOf(row, next)
    const remaining = state === 'retiring' ? await rotation.remaining(key, number) : undefined
    const endsAt = state === 'retiring' && next ? rotation.endsAt(key, next.starts_at) : undefined
    const uses = key === 'data-box' ? await database.read(({ kekWraps }) => kekWraps.of(boxKeyId(number))) : undefined
    return {
      key,
      number,
      state,
      kind: KINDS[key],
      held: isInKeystore(row) ? 'keystore' : 'database',
      ...instants({ created_at, starts_at, ended_at: ended_at ?? 0, ends_at: endsAt ?? 0 }),
      ...(uses !== undefined && { uses, limit: GCM_LIMIT }),
      ...(remaining !== undefined && { remaining }),
    }
  }

  function stateOf(row: ServerKeyRow, next: ServerKeyRow | undefined): ServerKeyBody['state'] {
    const now = clock()
    if (row.ended_at !== null) return 'retired'
    if (row.starts_at > now) return 'upcoming'
    return next && next.starts_at <= now ? 'retiring' : 'current'
  }

  const all = () => database.read(({ serverKeys }) => serverKeys.all())

  return {
    one: async (row: ServerKeyRow): Promise<ServerKeyBody> => bodyOf(row, await all()),

    async status(_: Grant<'platform.admin'>): Promise<Status> {
      await wraps.flush()
      const rows = await all()
      const { vaults, here, mostWraps } = await database.read(({ kekWraps }) => kekWraps.vaultFigures())
      const seal = await sealKind()
      const jobs = await database.read(({ keyJobs }) => keyJobs.allRunning(ROTATIONS))
      return {
        keystore: keyring.provider,
        fingerprint: keyring.fingerprint,
        seal: seal === 'pkcs11' ? 'pin' : seal,
        keys: await Promise.all(rows.map(row => bodyOf(row, rows))),
        vault_keys: {
          kind: 'AES-256-GCM',
          count: vaults,
          in_keystore: vaults - here,
          in_database: here,
          most_uses: mostWraps,
          rotated_at: WORN_AT,
          limit: GCM_LIMIT,
        },
        rotations: jobs.map(({ id, kind, vault_id, total, processed, created_at }) => ({
          id,
          kind: kind === 'cmek' ? 'customer-key' : 'vault-key',
          vault_id,
          total,
          processed,
          created_at: new Date(created_at).toISOString(),
        })),
      }
    },
  }
}

/** The first signing key belongs to the provider itself; later ones are where the provider keeps such keys. */
function isInKeystore({ purpose, number, material }: ServerKeyRow): boolean {
  return purpose === 'jwt' && (number === 1 || (material !== null && signerOf(material).blob === null))
}

/** The known values; 0 for unknown ones. */
function instants<K extends string>(times: Readonly<Record<K, number>>): Partial<Record<K, string>> {
  const known = Object.entries<number>(times).filter(([, at]) => at > 0)
  return Object.fromEntries(known.map(([name, at]) => [name, new Date(at).toISOString()])) as Partial<Record<K, string>>
}
