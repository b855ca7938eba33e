import { randomUUID } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { isUniqueViolation } from '../../db/violations.ts'
import type { Kek } from '../../keys/keyring.ts'
import { WORN_AT } from '../../keys/wrap-count.ts'
import type { VaultPlace } from '../../policy/facts.ts'
import type { Grant } from '../../policy/grant.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { KekWrapStore } from '../../stores/keys/kek-wraps.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { SealedVersionStore } from '../../stores/keys/sealed-versions.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import { HELD_MS } from './job-runner.ts'
import { type KekRotationDeps, kekEvent, kekRotation } from './kek-rotation.ts'

type Stores = {
  readonly vaultKeys: VaultKeyStore
  readonly keyJobs: KeyJobStore
  readonly sealedVersions: SealedVersionStore
  readonly kekWraps: KekWrapStore
  readonly audit: AuditStore
}

export interface VaultKeysDeps extends KekRotationDeps {
  readonly database: Database<Stores>
  /** Called for an interrupted rotation; it continues automatically. */
  readonly failed: (error: unknown) => void
}

export type VaultKeys = ReturnType<typeof vaultKeyRotations>

/** The requester; no id for the server itself. */
export interface By {
  readonly id: string
  readonly ip: string
}

interface Order {
  readonly vault: VaultPlace
  readonly by: By
  /** Undefined if the vault does not exist, or is not suitable. */
  readonly lock: (vaultKeys: VaultKeyStore) => Promise<{ kek_id: string; kek_blob: Uint8Array | null } | undefined>
}

/** The number of rotations that one process resumes in a run. */
const AT_ONCE = 4

/** Rotations of the KEKs of vaults. */
export function vaultKeyRotations(deps: VaultKeysDeps) {
  const { database, keyring, runner, clock, failed } = deps
  const work = kekRotation(deps)
  const begin = (job: KeyJobRow) => runner.begin(job, () => work(job), failed)
  const byGrant = ({ actor, ip, resource }: Grant<'vault.rotate-key'>) => ({
    vault: resource.vault,
    by: { id: actor.id, ip },
    lock: (vaultKeys: VaultKeyStore) => vaultKeys.lock(resource.vault),
  })

  /**
   * The new key is created first. It is destroyed only if it certainly belongs to no vault: after a broken connection it could belong to
   * one.
   */
  async function rotateTo(order: Order, kek: Kek): Promise<KeyJobRow> {
    try {
      return await database.run(stores => changeKek(stores, order, kek))
    } catch (error) {
      const certain = isUniqueViolation(error) || (error instanceof Problem && error.code.startsWith('resource.'))
      if (certain) await keyring.destroyKek(kek).catch(failed)
      throw isUniqueViolation(error) ? busy() : error
    }
  }

  async function changeKek({ vaultKeys, sealedVersions, keyJobs, audit }: Stores, { vault, by, lock }: Order, kek: Kek) {
    const { id: vaultId, orgId } = vault
    const before = await lock(vaultKeys)
    if (!before) throw new Problem('resource.unknown', 'There is no vault with this id.')
    if (await keyJobs.running(vault)) throw busy()
    const now = clock()
    const from = { id: before.kek_id, blob: before.kek_blob }
    await vaultKeys.changeKek(vault, from, kek, now)
    const job: KeyJobRow = {
      id: randomUUID(),
      kind: 'kek',
      org_id: orgId,
      vault_id: vaultId,
      old_key: from.id,
      new_key: kek.id,
      status: 'running',
      total: await sealedVersions.count({
        vaultId,
        column: 'kek_id',
        keys: (await vaultKeys.formerKeks(vault)).map(({ id }) => id),
      }),
      processed: 0,
      error: null,
      created_by: by.id,
      created_at: now,
      started_at: now,
      completed_at: null,
      holder: runner.holder,
      held_until: now + HELD_MS,
    }
    await keyJobs.add(job)
    const details = { change: 'rotation started', versions: job.total }
    await audit.append([kekEvent(job, details, by)], now)
    return job
  }

  return {
    /** Starts a rotation, which continues after this resolves; or returns the running one. */
    async rotate(grant: Grant<'vault.rotate-key'>): Promise<KeyJobRow> {
      const running = await database.read(({ keyJobs }) => keyJobs.running(grant.resource.vault))
      if (running?.kind === 'kek') return running
      if (running) throw busy()
      const job = await rotateTo(byGrant(grant), await keyring.createKek(randomUUID()))
      void begin(job)
      return job
    },

    /**
     * Rotates the key of a vault, deleted or not, to a KEK that was created for it; resolves when this process has done what it can.
     * @throws Problem `resource.conflict` while a rotation is running, `resource.unknown` if the vault is gone: the KEK is then destroyed
     */
    async moveTo(vault: VaultPlace, kek: Kek, by: By): Promise<void> {
      const job = await rotateTo({ vault, by, lock: vaultKeys => vaultKeys.lockAny(vault) }, kek)
      await begin(job)
    },

    /** Starts rotations of keys that have wrapped half of their limit. */
    async rotateWorn(): Promise<void> {
      for (const { id, org_id: orgId } of await database.read(({ kekWraps }) => kekWraps.wornVaults(WORN_AT, AT_ONCE))) {
        const vault = { id, orgId }
        if (await database.read(({ keyJobs }) => keyJobs.running(vault))) continue
        const lock = (vaultKeys: VaultKeyStore) => vaultKeys.lock(vault)
        const order = { vault, by: { id: '', ip: '' }, lock }
        void begin(await rotateTo(order, await keyring.createKek(randomUUID())))
      }
    },

    async rotation(grant: Grant<'vault.rotate-key'>, jobId: string): Promise<KeyJobRow> {
      const job = await database.read(({ keyJobs }) => keyJobs.byId(grant.resource.vault, jobId))
      if (job?.kind !== 'kek') throw new Problem('resource.unknown', 'There is no rotation with this id.')
      return job
    },

    /** Resumes rotations that no process holds: their process ended, or the key provider was not available. */
    async goOn(): Promise<void> {
      const idle = await database.read(({ keyJobs }) => keyJobs.idle('kek', clock(), AT_ONCE))
      for (const job of idle) if (await runner.take(job.id)) void begin(job)
    },

    /** The same at the start of a process. If it is the only process, it takes over all unfinished rotations. */
    async goOnAtStart(): Promise<void> {
      if (database.trustMs === Number.POSITIVE_INFINITY) await database.run(({ keyJobs }) => keyJobs.releaseAll())
      await this.goOn()
    },
  }
}

function busy(): Problem {
  return new Problem('resource.conflict', 'The keys of this vault are being rotated; wait until that has ended.')
}
