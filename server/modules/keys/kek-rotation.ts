import type { Database } from '../../db/database.ts'
import { proveWrapped, rewrap } from '../../keys/envelope.ts'
import type { Kek, Keyring } from '../../keys/keyring.ts'
import { contextOf } from '../../keys/stored-version.ts'
import type { EventDetails, NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import { placeOf } from '../../stores/vaults.ts'
import { isUnreadable, type JobRunner, type Rotation, type SealedVersion } from './job-runner.ts'

export interface KekRotationDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; vaultKeys: VaultKeyStore; audit: AuditStore }>
  readonly keyring: Keyring
  readonly runner: JobRunner
  readonly clock: () => number
}

/** For readers and other processes that still know the old key; longer than any cache is trusted and any request takes. */
const GRACE_MS = 60_000

/** Few, because a software keyring works in the thread that answers requests. */
const AT_ONCE = 20

/**
 * Wraps the keys of a vault's versions by its new KEK: no value is opened. Then each is opened again as it was stored, and only if all
 * do is the old KEK doomed.
 */
export function kekRotation({ database, keyring, runner, clock }: KekRotationDeps) {
  return async (job: KeyJobRow): Promise<void> => {
    const keks = await database.read(({ vaultKeys }) => vaultKeys.keks(placeOf(job)))
    const from = keks?.formerKeks.find(({ id }) => id === job.old_key)
    const to = [keks?.kek, ...(keks?.formerKeks ?? [])].find(kek => kek?.id === job.new_key)
    // Without its keys the vault has nothing left to rotate: it was deleted.
    if (!from || !to) return end(job, 0, 0)
    const left = await runner.workThrough(job, rotationOf(job, from, to))
    if (left === undefined) return
    const under = { vaultId: job.vault_id, column: 'kek_id', key: job.new_key } as const
    const prove = (row: SealedVersion) => proveWrapped(keyring, to, row.wrapped_dek, contextOf(placeOf(job), row))
    const bad = await runner.lookThrough(job, under, prove, AT_ONCE)
    if (bad !== undefined) await end(job, left, bad)
  }

  function rotationOf(job: KeyJobRow, from: Kek, to: Kek): Rotation<Uint8Array> {
    return {
      under: { vaultId: job.vault_id, column: 'kek_id', key: from.id },
      atOnce: AT_ONCE,
      async make(row) {
        try {
          return await rewrap(keyring, from, to, row.wrapped_dek, contextOf(placeOf(job), row))
        } catch (error) {
          if (isUnreadable(error)) return undefined
          throw error
        }
      },
      store: ({ sealedVersions }, made) => {
        const rows = made.map(({ made: wrapped_dek, ...place }) => ({ ...place, wrapped_dek }))
        return sealedVersions.rewrapped(rows, from.id, to.id)
      },
    }
  }

  /** @param left versions that the old key does not open; @param bad those that the new one does not */
  async function end(job: KeyJobRow, left: number, bad: number): Promise<void> {
    const now = clock()
    await database.run(async ({ keyJobs, vaultKeys, audit }) => {
      await vaultKeys.lockAny(placeOf(job))
      const clean = left === 0 && bad === 0
      if (clean) await vaultKeys.doomFormer(placeOf(job), job.old_key, now + GRACE_MS)
      const error = clean ? null : 'Some versions do not open under their key; they stay as they are, and so does the old key.'
      const status = clean ? 'completed' : 'failed'
      if (!(await keyJobs.end(job.id, runner.holder, { status, processed: job.total - left, error, completed_at: now }))) return
      const details = { change: `rotation ${status}`, versions: job.total, left, unproven: bad }
      await audit.append([kekEvent(job, details, { id: job.created_by, ip: '' })], now)
    })
  }
}

/** What happened to the KEK of a vault. Ids of keys are no secrets. */
export function kekEvent(
  job: Pick<KeyJobRow, 'id' | 'org_id' | 'vault_id' | 'old_key' | 'new_key'>,
  details: EventDetails,
  by: { readonly id: string; readonly ip: string },
): NewEvent {
  return {
    orgId: job.org_id,
    action: 'key.rotate',
    actorId: by.id,
    actorType: by.id === '' ? 'system' : 'user',
    resourceType: 'vault',
    resourceId: job.vault_id,
    vaultId: job.vault_id,
    details: { ...details, key: 'vault', job_id: job.id, old_key: job.old_key, new_key: job.new_key },
    ipAddress: by.ip,
  }
}
