import { randomUUID } from 'node:crypto'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import type { copySecret } from '../../../src/contract/secrets/changes.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import { seal } from '../../keys/envelope.ts'
import type { Actor } from '../../policy/actor.ts'
import { denied } from '../../policy/denial.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { CanonicalPath, Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { PlanStore } from '../../stores/billing/plans.ts'
import type { EnsureRoom, EnsureStorage, ResourceCountStore } from '../../stores/billing/resource-counts.ts'
import type { DeletionStore } from '../../stores/keys/deletions.ts'
import type { SecretChangeStore } from '../../stores/keys/secret-changes.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import type { SecretStore, VersionRow, VersionSummary } from '../../stores/secrets.ts'
import { secretEvent, whetherGone } from './events.ts'
import { unknownVault } from './keys.ts'
import { type UnsealDeps, type UnsealStores, versionOpener } from './opening.ts'
import { ensureVisible, unknownSecret } from './usable.ts'

type Stores = UnsealStores & {
  readonly secrets: SecretStore
  readonly secretChanges: SecretChangeStore
  readonly deletions: DeletionStore
  readonly vaultKeys: VaultKeyStore
  readonly plans: PlanStore
  readonly resourceCounts: ResourceCountStore
  readonly audit: AuditStore
}

type Authorize = <A extends 'secret.write' | 'secret.delete'>(
  action: A,
  actor: Actor,
  target: { readonly vaultId: string; readonly path: CanonicalPath },
  ip: string,
) => Promise<Grant<A>>

export interface RelocationDeps extends UnsealDeps {
  readonly database: Database<Stores>
  readonly ensureRoom: EnsureRoom
  readonly ensureStorage: EnsureStorage
  readonly authorize: Authorize
  readonly clock: () => number
}

type Source = Grant<'secret.read'>
type Destination = BodyOf<typeof copySecret>

/** A version, and its new form at the other place. */
interface Copied {
  readonly row: VersionRow
  readonly sealed: { readonly ciphertext: Uint8Array; readonly wrapped_dek: Uint8Array; readonly kek_id: string }
}

export type SecretRelocation = ReturnType<typeof secretRelocation>

/** All versions of one copy, sealed. */
const MAX_BYTES = 20 * 1024 * 1024

/** Moves and copies secrets with their history. A value is bound to its vault and secret, so it is sealed again for another one. */
export function secretRelocation(deps: RelocationDeps) {
  const { database, keyring, ensureRoom, ensureStorage, authorize, clock } = deps
  const open = versionOpener(deps)

  const destination = ({ actor, ip, resource }: Source, { to, to_vault_id }: Destination) =>
    authorize('secret.write', actor, { vaultId: to_vault_id ?? resource.vault.id, path: to as CanonicalPath }, ip)

  /** The versions that exist and can be copied. */
  async function versionsOf({ actor, resource: { vault, path } }: Source): Promise<VersionRow[]> {
    const rows = await database.read(({ secrets }) => secrets.everyVersion(vault, path))
    const [newest] = rows
    if (!newest) throw unknownSecret()
    if (newest.deleted_at !== null) throw new Problem('resource.gone', 'This secret was deleted.')
    const live = rows.filter(row => row.deleted_at === null)
    for (const row of live) {
      ensureVisible(actor, row.type)
      if (row.signing_key_id !== null)
        throw denied('key-never-leaves', 'This key never leaves the key provider: it cannot be copied.')
      if (actor.type === 'agent' && row.max_access_count > 0) {
        throw denied('read-limit', 'The reads of this secret are limited: only a person can copy it.')
      }
    }
    if (live.reduce((sum, row) => sum + row.ciphertext.length, 0) > MAX_BYTES)
      throw new Problem('request.too-large', 'The versions of this secret are larger than 20 MiB in total.')
    return live
  }

  async function resealed(
    source: Source,
    target: Grant<'secret.write'>,
    id: string,
    rows: readonly VersionRow[],
  ): Promise<Copied[]> {
    const { vault } = target.resource
    if (source.resource.vault.cmekFingerprint !== vault.cmekFingerprint) {
      throw new Problem('resource.conflict', 'The two vaults do not use the same customer key.', {
        hint: 'Read the secret and write it to the other vault.',
      })
    }
    const copied: Copied[] = []
    for (const row of rows) {
      const clear = await open(source.resource.vault, row)
      const context = { orgId: vault.orgId, vaultId: vault.id, secretId: id, version: row.version }
      const { ciphertext, wrappedDek, boundTo } = await seal(keyring, vault.kek, clear, context)
      clear.fill(0)
      copied.push({ row, sealed: { ciphertext, wrapped_dek: wrappedDek, kek_id: boundTo } })
    }
    return copied
  }

  /** Call this within a unit of work. */
  async function add(stores: Stores, target: Grant<'secret.write'>, id: string, copied: readonly Copied[]): Promise<void> {
    const { secrets, vaultKeys } = stores
    const { vault, path } = target.resource
    const held = await vaultKeys.hold(vault)
    if (!held) throw unknownVault()
    if (held.kek_id !== vault.kek.id || held.cmek_fingerprint !== vault.cmekFingerprint) throw changedMeanwhile()
    await ensureRoom(stores, vault.orgId, 'secrets')
    const latest_version = copied[0]?.row.version ?? 1
    await secrets.create(vault, { id, path, created_at: clock(), latest_version })
    for (const { row, sealed } of copied.toReversed()) {
      await secrets.addVersion({ ...storedFields(row), ...sealed, bound_kek_id: null, secret_id: id })
    }
    await ensureStorage(stores, { orgId: vault.orgId, secretId: id, version: latest_version })
  }

  async function copyOf(
    source: Source,
    target: Grant<'secret.write'>,
    how: { readonly action: string; readonly removes: boolean },
  ): Promise<VersionSummary> {
    const rows = await versionsOf(source)
    const id = randomUUID()
    const copied = await resealed(source, target, id, rows)
    const { vault, path } = target.resource
    return attempt(path, async stores => {
      const { secrets, deletions, audit } = stores
      const head = await secrets.head(source.resource.vault, source.resource.path)
      if (!head || head.deleted_at !== null || head.latest_version !== rows[0]?.version) throw changedMeanwhile()
      await add(stores, target, id, copied)
      // All versions are in the other vault: nothing remains that could be restored, or that keeps the path.
      if (how.removes) await deletions.purgeSecret(source.resource.vault, head.id)
      const from = source.resource
      const events = [
        secretEvent(target, how.action, { id, path }, { from: from.path, from_vault: from.vault.id, versions: copied.length }),
      ]
      // The history of each vault contains its own changes.
      if (how.removes) {
        const details = { to: path, to_vault: vault.id, to_id: id, ...(await whetherGone(secrets, head.id)) }
        events.push(secretEvent(source, how.action, { id: head.id, path: from.path }, details))
      }
      await audit.append(events, clock())
      return found(secrets, vault, path)
    })
  }

  /** The values are bound to the secret's id, not to its path. */
  async function rename(source: Source, path: CanonicalPath): Promise<VersionSummary> {
    const { vault, path: from } = source.resource
    return attempt(path, async stores => {
      const { secrets, secretChanges, vaultKeys, audit } = stores
      if (!(await vaultKeys.hold(vault))) throw unknownVault()
      const head = await secrets.head(vault, from)
      if (!head) throw unknownSecret()
      if (head.deleted_at !== null) throw new Problem('resource.gone', 'This secret was deleted.')
      if (!(await secretChanges.rename(vault, head, path))) throw changedMeanwhile()
      const details = { to: path, to_vault: vault.id, to_id: head.id }
      await audit.append([secretEvent(source, 'secret.move', { id: head.id, path: from }, details)], clock())
      return found(secrets, vault, path)
    })
  }

  async function attempt<T>(path: string, work: (stores: Stores) => Promise<T>): Promise<T> {
    try {
      return await database.run(work)
    } catch (error) {
      if (!isUniqueViolation(error)) throw error
      throw new Problem('resource.conflict', `There is already a secret at ${path}, or a deleted one that can be restored.`, {
        hint: `Choose another path, or delete it permanently: 1claw secrets delete ${path} --purge`,
      })
    }
  }

  return {
    async copy(source: Source, to: Destination): Promise<VersionSummary> {
      return copyOf(source, await destination(source, to), { action: 'secret.copy', removes: false })
    },

    async move(source: Source, to: Destination): Promise<VersionSummary> {
      const { actor, ip, resource } = source
      await authorize('secret.delete', actor, { vaultId: resource.vault.id, path: resource.path }, ip)
      const target = await destination(source, to)
      if (target.resource.vault.id !== resource.vault.id) return copyOf(source, target, { action: 'secret.move', removes: true })
      if (target.resource.path === resource.path) throw new Problem('resource.conflict', 'The secret is already at this path.')
      return rename(source, target.resource.path)
    },
  }
}

async function found(secrets: SecretStore, vault: VaultPlace, path: string): Promise<VersionSummary> {
  const row = await secrets.latest(vault, path)
  if (!row) throw unknownSecret()
  return row
}

/** The columns of a version that it keeps in another place. */
function storedFields({ id: _id, path: _path, vault_id: _vault, ...fields }: VersionRow) {
  return fields
}

function changedMeanwhile(): Problem {
  return new Problem('resource.conflict', 'The secret or a vault key was changed at the same time; try again.')
}
