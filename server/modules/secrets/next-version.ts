import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { together } from '../../db/together.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { seal } from '../../keys/envelope.ts'
import type { Kek, Keyring } from '../../keys/keyring.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { EnsureStorage, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { NewSecret } from '../../stores/keys/next-versions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { NewVersion, SecretPlace, SecretStore } from '../../stores/secrets.ts'
import { type Keys, keysOf, unknownVault } from './keys.ts'

/** The number of attempts before giving up on a path that other processes keep writing. */
const MAX_ATTEMPTS = 20

export interface VersionMakerDeps {
  readonly database: Database<{ secrets: SecretStore }>
  readonly keyring: Keyring
  readonly ensureStorage: EnsureStorage
}

/** The newest version of a path; undefined for a path that was never written. */
export type Head = Awaited<ReturnType<SecretStore['head']>>

/** The stored fields of a version except its value. */
export type VersionFields = Omit<NewVersion, 'secret_id' | 'version' | 'ciphertext' | 'wrapped_dek' | 'kek_id' | 'bound_kek_id'>

export interface Entry {
  readonly vault: { readonly id: string; readonly orgId: string; readonly kek: Kek; readonly cmekFingerprint: string | null }
  readonly path: string
  /** The clear bytes. */
  readonly value: Uint8Array
  /** Throws if there cannot be a next version. */
  readonly fieldsOf: (head: Head) => VersionFields
}

interface WriteStores {
  readonly secrets: SecretStore
  readonly vaultKeys: VaultKeyStore
  readonly resourceCounts: ResourceCountStore
}

/** A version that is sealed for its number, but not written yet. */
export interface NextVersion {
  /** The id of the secret. */
  readonly id: string
  readonly version: number
  readonly head: Head
  readonly fields: VersionFields
  /**
   * Writes it, within a unit of work.
   * @throws Outpaced if it must be sealed again
   */
  add(stores: WriteStores): Promise<void>
}

/** Another writer took the version number, or the vault has different keys now. */
class Outpaced extends Error {
  readonly keys: Keys | undefined

  constructor(keys?: Keys) {
    super('Another writer was faster.')
    this.keys = keys
  }
}

export type VersionMaker = ReturnType<typeof versionMaker>

/**
 * The only code that creates versions of secrets. The value is sealed for a certain version before the transaction, because sealing calls
 * the key provider. If another writer takes that version first, it is sealed again for the next.
 */
export function versionMaker({ database, keyring, ensureStorage }: VersionMakerDeps) {
  const headOf =
    database.engine === 'postgres'
      ? together<SecretPlace, Head>(places => database.read(({ secrets }) => secrets.headAt(places)))
      : ({ vault, path }: SecretPlace) => database.read(({ secrets }) => secrets.head(vault, path))

  return {
    async next({ vault, path, value, fieldsOf }: Entry): Promise<NextVersion> {
      const head = await headOf({ vault, path })
      ensureReplaceable(head)
      const fields = fieldsOf(head)
      const id = head?.id ?? randomUUID()
      const version = (head?.latest_version ?? 0) + 1
      const context = { orgId: vault.orgId, vaultId: vault.id, secretId: id, version }
      const { ciphertext, wrappedDek, boundTo } = await seal(keyring, vault.kek, value, context)
      const sealed = { ciphertext, wrapped_dek: wrappedDek, kek_id: boundTo, bound_kek_id: null }
      return {
        id,
        version,
        head,
        fields,
        async add({ secrets, vaultKeys, resourceCounts }) {
          const keys = { kekId: vault.kek.id, fingerprint: vault.cmekFingerprint }
          const addVersion = () => secrets.addVersion({ ...fields, ...sealed, secret_id: id, version })
          if (!head || !(await secrets.advanceUnder(vault, keys, { id, path }, head.latest_version))) {
            // One round trip to PostgreSQL. The answers are awaited in the order of the statements.
            const [holding, moving, adding] = await Promise.allSettled([
              vaultKeys.hold(vault),
              head
                ? secrets.advance(vault, { id, path }, head.latest_version)
                : create(secrets, vault, { id, path, created_at: fields.created_at }),
              addVersion(),
            ])
            const held = answered(holding)
            if (!held) throw unknownVault()
            if (held.kek_id !== keys.kekId || held.cmek_fingerprint !== keys.fingerprint) throw new Outpaced(keysOf(held))
            if (!answered(moving)) throw new Outpaced()
            answered(adding)
          } else await addVersion()
          await ensureStorage({ resourceCounts }, { orgId: vault.orgId, secretId: id, version })
        },
      }
    },

    /**
     * Repeats an attempt whose version was outpaced.
     * @param attempt seals and writes; gets the vault's keys if they have changed since
     * @throws Problem `resource.conflict` after too many attempts
     */
    async retrying<T>(attempt: (changed: Keys | undefined) => Promise<T>): Promise<T> {
      let changed: Keys | undefined
      for (let attempts = 0; attempts < MAX_ATTEMPTS; attempts++) {
        try {
          return await attempt(changed)
        } catch (error) {
          if (!(error instanceof Outpaced)) throw error
          changed = error.keys ?? changed
        }
      }
      throw new Problem('resource.conflict', 'Too many writers at once on this path; try again.')
    },
  }
}

/** False when another writer was faster. */
async function create(secrets: SecretStore, vault: VaultPlace, secret: NewSecret): Promise<boolean> {
  try {
    await secrets.create(vault, secret)
    return true
  } catch (error) {
    if (isUniqueViolation(error)) return false
    throw error
  }
}

function answered<T>(result: PromiseSettledResult<T>): T {
  if (result.status === 'rejected') throw result.reason
  return result.value
}

/**
 * A key in the key provider has no other copy, and only the newest version signs: overwriting it would make its account inaccessible.
 * @throws Problem `resource.conflict`
 */
function ensureReplaceable(head: Head): void {
  if (!head || head.signing_key_id === null || head.deleted_at !== null) return
  throw new Problem(
    'resource.conflict',
    'The key at this path never leaves the key provider, so it cannot be overwritten. Use another path, or move the funds of its account and delete the key first.',
  )
}
