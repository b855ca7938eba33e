import { randomUUID } from 'node:crypto'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { type putSecret, type rotateSecret, SECRET_VALUE_MAX } from '../../../src/contract/secrets.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isForeignKeyViolation, isUniqueViolation } from '../../db/violations.ts'
import { epochMs, invalidField, keptJson } from '../../http/checks.ts'
import { seal } from '../../keys/envelope.ts'
import type { Keyring } from '../../keys/keyring.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { EnsureRoom, EnsureStorage, HoldingStore } from '../../stores/billing/holdings.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore, VersionSummary } from '../../stores/secrets.ts'
import { secretEvent } from './events.ts'
import { generateValue } from './generate.ts'
import { customerKey, ensureNotRotating, type Keys, keysOf, unknownVault } from './keys.ts'
import { serially } from './serially.ts'
import { unknownSecret } from './usable.ts'

/** Attempts before giving up on a path that other processes keep writing to. */
const MAX_ATTEMPTS = 20

export interface WritingDeps {
  readonly database: Database<{
    secrets: SecretStore
    plans: PlanStore
    holdings: HoldingStore
    vaultKeys: VaultKeyStore
    keyJobs: KeyJobStore
    audit: AuditStore
  }>
  readonly keyring: Keyring
  readonly ensureRoom: EnsureRoom
  readonly ensureStorage: EnsureStorage
  readonly clock: () => number
}

type Grants = Grant<'secret.write' | 'secret.rotate'>
type Draft = BodyOf<typeof putSecret> & {
  /** A new value for a secret that is there: all else about it stays, but for its expiry, which was that of the old value. */
  readonly rotates?: boolean
}
/** A key that lives in the key provider, and the version that stands for it. */
export interface ProviderKey {
  readonly id: string
  readonly blob: Uint8Array | null
  readonly publicKey: Uint8Array
  readonly address: string
}

type Head = Awaited<ReturnType<SecretStore['head']>>

export type SecretWriting = ReturnType<typeof secretWriting>

/**
 * Writing secrets. The value is sealed for a certain version before the transaction, since sealing asks the key provider; if another
 * writer takes that version first, it is sealed anew for the next.
 */
export function secretWriting({ database, keyring, ensureRoom, ensureStorage, clock }: WritingDeps) {
  const onePathAtATime = serially()

  function write(grant: Grants, draft: Draft, key?: ProviderKey): Promise<VersionSummary> {
    const { vault, path } = grant.resource
    const value = encoded(draft.value)
    return onePathAtATime(`${vault.id}/${path}`, async () => {
      let keys: Keys = { kek: vault.kek, cmekFingerprint: vault.cmekFingerprint }
      for (let attempt = 0; attempt < MAX_ATTEMPTS; attempt++) {
        const written = await writeNext(grant, keys, draft, value, key)
        if (written && 'version' in written) return written
        keys = written ?? keys
      }
      throw new Problem('resource.conflict', 'Too many writers at once on this path; try again.')
    })
  }

  /** Undefined when somebody else took the version; the vault's keys when they are others by now. */
  async function writeNext(grant: Grants, keys: Keys, draft: Draft, value: Buffer, key: ProviderKey | undefined) {
    const { vault, path } = grant.resource
    const cmek_fingerprint = customerKey(keys, draft, key)
    const head = await database.read(({ secrets }) => secrets.head(vault.id, path))
    if (draft.rotates) ensureRotatable(head)
    ensureReplaceable(head)
    const id = head?.id ?? randomUUID()
    const version = (head?.latest_version ?? 0) + 1
    const now = clock()
    const context = { orgId: vault.orgId, vaultId: vault.id, secretId: id, version }
    const { ciphertext, wrappedDek, boundTo } = await seal(keyring, keys.kek, value, context)
    const created_by = `${grant.actor.type}:${grant.actor.id}`
    const fields = { ...versionFields(draft, head, now), created_by, signing_key_id: key?.id ?? null, cmek_fingerprint }
    const how = draft.rotates ? { rotated: 'generated' } : {}
    try {
      return await database.run(async stores => {
        const { secrets, vaultKeys, keyJobs, audit } = stores
        const held = await vaultKeys.hold(vault.id)
        if (!held) throw unknownVault()
        if (held.kek_id !== keys.kek.id || held.cmek_fingerprint !== keys.cmekFingerprint) return keysOf(held)
        if (cmek_fingerprint !== null && draft.cmek_fingerprint === undefined) await ensureNotRotating(keyJobs, vault.id)
        if (!head || head.deleted_at !== null) await ensureRoom(stores, vault.orgId, 'secrets')
        if (head) {
          if (!(await secrets.advance(id, head.latest_version))) return undefined
        } else await secrets.create({ id, vault_id: vault.id, path, created_at: now })
        const sealed = { ciphertext, wrapped_dek: wrappedDek, kek_id: boundTo, bound_kek_id: null }
        await secrets.addVersion({ ...fields, ...sealed, secret_id: id, version })
        await ensureStorage(stores, { orgId: vault.orgId, secretId: id, version })
        if (key) {
          await ensureRoom(stores, vault.orgId, 'providerKeys')
          const { publicKey, ...rest } = key
          await secrets.addSigningKey({ ...rest, secret_id: id, public_key: publicKey, created_at: now })
        }
        const event = key
          ? secretEvent(grant, 'key.create', { id, path, version }, { address: key.address })
          : secretEvent(grant, 'secret.write', { id, path, version }, how)
        await audit.append([event], now)
        return { ...fields, id, path, vault_id: vault.id, version }
      })
    } catch (error) {
      if (isUniqueViolation(error)) return undefined
      if (isForeignKeyViolation(error)) throw unknownVault()
      throw error
    }
  }

  return {
    put: (grant: Grant<'secret.write'>, body: BodyOf<typeof putSecret>) => write(grant, body),

    /** What is sealed says only whose account it is. */
    putKey: (grant: Grant<'secret.write'>, key: ProviderKey, provider: string) =>
      write(grant, { value: key.address, type: 'private_key', metadata: { address: key.address, key_provider: provider } }, key),

    rotate: (grant: Grant<'secret.rotate'>, { length, charset, type }: BodyOf<typeof rotateSecret>) =>
      write(grant, { value: generateValue(length, charset), type, rotates: true }),

    async remove(grant: Grant<'secret.delete'>): Promise<void> {
      const { vault, path } = grant.resource
      await database.run(async ({ secrets, audit }) => {
        const now = clock()
        const head = await secrets.head(vault.id, path)
        if (!head || !(await secrets.softDelete(head.id, now))) throw unknownSecret()
        await audit.append([secretEvent(grant, 'secret.delete', { id: head.id, path })], now)
      })
    },

    async disable(grant: Grant<'secret.write'>, version: number): Promise<void> {
      const { vault, path } = grant.resource
      await database.run(async ({ secrets, audit }) => {
        const head = await secrets.head(vault.id, path)
        if (!head || !(await secrets.disable(head.id, version))) throw unknownSecret()
        await audit.append([secretEvent(grant, 'secret.write', { id: head.id, path, version }, { change: 'disabled' })], clock())
      })
    },
  }
}

/** The bytes of a value. */
function encoded(value: string): Buffer {
  if (!value.isWellFormed()) {
    throw invalidField('value', 'must be well-formed Unicode')
  }
  const bytes = Buffer.from(value, 'utf8')
  if (bytes.length > SECRET_VALUE_MAX) throw new Problem('request.too-large', 'A value may have at most 5 MiB.')
  return bytes
}

/** @throws Problem `resource.unknown` for what never was, `resource.gone` for what was deleted: the right to rotate is none to create. */
function ensureRotatable(head: Head): void {
  if (!head) throw unknownSecret()
  if (head.deleted_at !== null) throw new Problem('resource.gone', 'This secret was deleted.')
}

/**
 * A key in the key provider has no other copy, and only the newest version signs: written over, what its account holds would be out of reach.
 * @throws Problem `resource.conflict`
 */
function ensureReplaceable(head: Head): void {
  if (!head || head.signing_key_id === null || head.deleted_at !== null) return
  throw new Problem(
    'resource.conflict',
    'The key here never leaves the key provider, so nothing may be written over it. Use another path, or move what its account holds and delete it first.',
  )
}

function versionFields(draft: Draft, previous: Head, now: number) {
  const kept = draft.rotates ? previous : undefined
  return {
    type: draft.type ?? previous?.type ?? 'generic',
    metadata: extra('metadata', draft.metadata) ?? kept?.metadata ?? null,
    rotation_policy: extra('rotation_policy', draft.rotation_policy) ?? kept?.rotation_policy ?? null,
    created_at: now,
    expires_at: epochMs(draft.expires_at),
    is_disabled: 0,
    deleted_at: null,
    max_access_count: draft.max_access_count ?? kept?.max_access_count ?? 0,
    access_count: 0,
  }
}

function extra(field: string, object: Record<string, unknown> | undefined): string | null {
  return object === undefined ? null : keptJson(field, object)
}
