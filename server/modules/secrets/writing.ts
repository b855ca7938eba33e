import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { type putSecret, type rotateSecret, SECRET_VALUE_MAX } from '../../../src/contract/secrets/secrets.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isForeignKeyViolation } from '../../db/violations.ts'
import { endMs, keptObject } from '../../http/checks.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { SigningKeyStore } from '../../stores/keys/signing-keys.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import { objectIn, type SecretStore, type VersionSummary } from '../../stores/secrets.ts'
import { secretEvent } from './events.ts'
import { generateValue } from './generate.ts'
import { customerKey, ensureNotRotating, type Keys, unknownVault } from './keys.ts'
import type { Head, VersionMaker } from './next-version.ts'
import { queueByKey } from './queue-by-key.ts'
import { unknownSecret, unknownVersion } from './usable.ts'

interface WritingStores {
  readonly secrets: SecretStore
  readonly signingKeys: SigningKeyStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly vaultKeys: VaultKeyStore
  readonly keyJobs: KeyJobStore
  readonly audit: AuditStore
}

/** A sealed version that is ready to be written, within a unit of work. */
interface Prepared {
  commit(stores: WritingStores): Promise<VersionSummary>
}

export interface WritingDeps {
  readonly database: Database<WritingStores>
  readonly versions: VersionMaker
  readonly ensureRoom: EnsureRoom
  readonly clock: () => number
}

type Grants = Grant<'secret.write' | 'secret.rotate'>
type Draft = BodyOf<typeof putSecret> & {
  /** A new value for an existing secret: everything else is kept, except its expiry, which belonged to the old value. */
  readonly rotates?: boolean
  /** The version that this value comes from. */
  readonly rollsBackTo?: number
}
/** A key in the key provider, and its version. */
export interface ProviderKey {
  readonly id: string
  readonly blob: Uint8Array | null
  readonly publicKey: Uint8Array
  readonly address: string
}

export type SecretWriting = ReturnType<typeof secretWriting>

/** Writes secrets. */
export function secretWriting({ database, versions, ensureRoom, clock }: WritingDeps) {
  const onePathAtATime = queueByKey()
  const { next, retrying } = versions

  function write(grant: Grants, draft: Draft, key?: ProviderKey): Promise<VersionSummary> {
    const { vault, path } = grant.resource
    const value = encoded(draft.value)
    const first = { kek: vault.kek, cmekFingerprint: vault.cmekFingerprint }
    return onePathAtATime(`${vault.id}/${path}`, () =>
      retrying(changed => writeNext(grant, changed ?? first, draft, value, key)).catch(error => {
        throw isForeignKeyViolation(error) ? unknownVault() : error
      }),
    )
  }

  async function writeNext(grant: Grants, keys: Keys, draft: Draft, value: Buffer, key: ProviderKey | undefined) {
    const prepared = await prepare(grant, keys, draft, value, key)
    return database.run(stores => prepared.commit(stores))
  }

  /** Seals before the unit of work that writes, because sealing calls the key provider. */
  async function prepare(grant: Grants, keys: Keys, draft: Draft, value: Buffer, key?: ProviderKey): Promise<Prepared> {
    const { vault, path } = grant.resource
    const cmek_fingerprint = customerKey(keys, draft, key)
    const now = clock()
    const made = await next({
      vault: { id: vault.id, orgId: vault.orgId, ...keys },
      path,
      value,
      fieldsOf(head) {
        if (draft.rotates) ensureRotatable(head)
        const created_by = `${grant.actor.type}:${grant.actor.id}`
        return { ...versionFields(draft, head, now), created_by, signing_key_id: key?.id ?? null, cmek_fingerprint }
      },
    })
    const { id, version, head, fields } = made
    return {
      async commit(stores) {
        const { keyJobs, audit } = stores
        if (!head || head.deleted_at !== null) await ensureRoom(stores, vault.orgId, 'secrets')
        await made.add(stores)
        if (cmek_fingerprint !== null && draft.cmek_fingerprint === undefined) await ensureNotRotating(keyJobs, vault)
        if (key) {
          await ensureRoom(stores, vault.orgId, 'providerKeys')
          const { publicKey, ...rest } = key
          await stores.signingKeys.add({ ...rest, secret_id: id, public_key: publicKey, created_at: now })
        }
        const how = howOf(draft)
        const event = key
          ? secretEvent(grant, 'key.create', { id, path, version }, { address: key.address })
          : secretEvent(grant, 'secret.write', { id, path, version }, how)
        await audit.append([event], now)
        return { ...fields, id, path, vault_id: vault.id, version }
      },
    }
  }

  /** All of them or none, in one unit of work. All grants are for one vault. */
  async function writeAll(drafts: readonly { readonly grant: Grant<'secret.write'>; readonly draft: Draft }[]) {
    const values = drafts.map(({ draft }) => encoded(draft.value))
    return retrying(async changed => {
      const prepared: Prepared[] = []
      for (const [index, { grant, draft }] of drafts.entries()) {
        const { kek, cmekFingerprint } = grant.resource.vault
        prepared.push(await prepare(grant, changed ?? { kek, cmekFingerprint }, draft, values[index] as Buffer))
      }
      return database.run(async stores => {
        const rows: VersionSummary[] = []
        for (const each of prepared) rows.push(await each.commit(stores))
        return rows
      })
    }).catch(error => {
      throw isForeignKeyViolation(error) ? unknownVault() : error
    })
  }

  return {
    putAll: writeAll,

    put: (grant: Grant<'secret.write'>, body: BodyOf<typeof putSecret>) => write(grant, body),

    /** The sealed value is only the address of the account. */
    putKey: (grant: Grant<'secret.write'>, key: ProviderKey, provider: string) =>
      write(grant, { value: key.address, type: 'private_key', metadata: { address: key.address, key_provider: provider } }, key),

    rotate: (grant: Grant<'secret.rotate'>, { length, charset, type }: BodyOf<typeof rotateSecret>) =>
      write(grant, { value: generateValue(length, charset), type, rotates: true }),

    /** With the type and metadata of the version that the value comes from. */
    rollBack: (grant: Grant<'secret.write'>, { type, metadata, cmek_fingerprint, version }: VersionSummary, value: string) =>
      write(grant, {
        value,
        type: type as Draft['type'],
        metadata: objectIn(metadata),
        ...(cmek_fingerprint !== null && { cmek_fingerprint }),
        rollsBackTo: version,
      }),

    async remove(grant: Grant<'secret.delete'>): Promise<void> {
      const { vault, path } = grant.resource
      await database.run(async ({ secrets, audit }) => {
        const now = clock()
        const head = await secrets.head(vault, path)
        const by = `${grant.actor.type}:${grant.actor.id}`
        if (!head || !(await secrets.softDelete(vault, head.id, now, by))) throw unknownSecret()
        await audit.append([secretEvent(grant, 'secret.delete', { id: head.id, path })], now)
      })
    },

    async disable(grant: Grant<'secret.write'>, version: number): Promise<void> {
      const { vault, path } = grant.resource
      await database.run(async ({ secrets, audit }) => {
        const head = await secrets.head(vault, path)
        if (!head || !(await secrets.disable(vault, head.id, version))) throw unknownVersion(version)
        await audit.append([secretEvent(grant, 'secret.write', { id: head.id, path, version }, { change: 'disabled' })], clock())
      })
    },
  }
}

function howOf({ rotates, rollsBackTo }: Draft): Record<string, string | number> {
  if (rollsBackTo !== undefined) return { rolled_back_to: rollsBackTo }
  return rotates ? { rotated: 'generated' } : {}
}

/** The bytes of a value. */
function encoded(value: string): Buffer {
  const bytes = Buffer.from(value, 'utf8')
  if (bytes.length > SECRET_VALUE_MAX) throw new Problem('request.too-large', 'A value may have at most 5 MiB.')
  return bytes
}

/**
 * @throws Problem `resource.unknown` if it never existed, `resource.gone` if it was deleted: the right to rotate does not include creation
 */
function ensureRotatable(head: Head): void {
  if (!head) throw unknownSecret()
  if (head.deleted_at !== null) throw new Problem('resource.gone', 'This secret was deleted.')
}

function versionFields(draft: Draft, previous: Head, now: number) {
  // After a deletion it is a different secret; only its type is kept, as in all versions of the API.
  const current = previous?.deleted_at === null ? previous : undefined
  return {
    type: draft.type ?? previous?.type ?? 'generic',
    metadata: extra('metadata', draft.metadata) ?? current?.metadata ?? null,
    rotation_policy: extra('rotation_policy', draft.rotation_policy) ?? current?.rotation_policy ?? null,
    created_at: now,
    expires_at: endMs(draft.expires_at, now),
    is_disabled: false,
    deleted_at: null,
    max_access_count: draft.max_access_count ?? current?.max_access_count ?? 0,
    access_count: 0,
  }
}

function extra(field: string, object: Record<string, unknown> | undefined): string | null {
  return object === undefined ? null : JSON.stringify(keptObject(field, object))
}
