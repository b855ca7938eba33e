import type { Database } from '../../db/database.ts'
import { proveWrapped, rewrap } from '../../keys/envelope.ts'
import type { Kek, Keyring } from '../../keys/keyring.ts'
import { isMissingKey, isRefusal } from '../../keys/refusals.ts'
import { contextOf } from '../../keys/stored-version.ts'
import type { EventDetails, NewEvent } from '../../policy/event.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { VaultKeyStore } from '../../stores/keys/vault-keys.ts'
import { placeOf } from '../../stores/vaults.ts'
import type { JobRunner, Rotation, SealedVersion } from './job-runner.ts'

export interface KekRotationDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; vaultKeys: VaultKeyStore; audit: AuditStore }>
  readonly keyring: Keyring
  readonly runner: JobRunner
  readonly clock: () => number
}

/** For readers and other processes that still hold the old key. Longer than the lifetime of any cache entry and any request. */
const GRACE_MS = 60_000

/** Few, because a software keyring works on the thread that answers requests. */
const AT_ONCE = 20

/** The versions that stay under an old key, and the reasons. */
interface Left {
  /** Versions that no former key opens. */
  readonly unopened: number
  /** Versions that the new key does not open. */
  readonly unproven: number
  /** Whether the key store has lost a key. */
  readonly isMissing: boolean
}

/**
 * Wraps the DEKs of a vault's versions with its new KEK, whichever former one they are under; no value is opened. Then each version is
 * opened again as it was stored, and only if all open are the former KEKs scheduled for destruction. Versions that do not open are not
 * changed, and the rest is completed.
 */
export function kekRotation({ database, keyring, runner, clock }: KekRotationDeps) {
  return async (job: KeyJobRow): Promise<void> => {
    const keks = await database.read(({ vaultKeys }) => vaultKeys.keks(placeOf(job)))
    const all = keks ? [keks.kek, ...keks.formerKeks] : []
    const to = all.find(({ id }) => id === job.new_key)
    const from = all.filter(kek => kek !== to && kek !== keks?.kek)
    // Without its keys the vault has nothing left to rotate: it was purged.
    if (!to || from.length === 0) return end(job, [], { unopened: 0, unproven: 0, isMissing: false })
    let isMissing = false
    const refused = (error: unknown) => {
      isMissing ||= isMissingKey(error)
    }
    const unopened = await runner.workThrough(job, rotationOf(job, from, to, refused))
    if (unopened === undefined) return
    const under = { vaultId: job.vault_id, column: 'kek_id', keys: [to.id] } as const
    const prove = (row: SealedVersion) =>
      proveWrapped(keyring, to, row.wrapped_dek, contextOf(placeOf(job), row)).catch((error: unknown) => {
        refused(error)
        throw error
      })
    const unproven = await runner.lookThrough(job, under, prove, AT_ONCE)
    if (unproven !== undefined) await end(job, from, { unopened, unproven, isMissing })
  }

  function rotationOf(
    job: KeyJobRow,
    from: readonly Kek[],
    to: Kek,
    refused: (error: unknown) => void,
  ): Rotation<{ readonly from: string; readonly wrapped_dek: Uint8Array }> {
    return {
      under: { vaultId: job.vault_id, column: 'kek_id', keys: from.map(({ id }) => id) },
      atOnce: AT_ONCE,
      async make(row) {
        const kek = from.find(({ id }) => id === row.kek_id)
        // It has changed since it was found.
        if (!kek) return undefined
        try {
          return { from: kek.id, wrapped_dek: await rewrap(keyring, kek, to, row.wrapped_dek, contextOf(placeOf(job), row)) }
        } catch (error) {
          if (!isRefusal(error)) throw error
          refused(error)
          return undefined
        }
      },
      store: ({ sealedVersions }, made) => {
        const rows = made.map(({ made, ...place }) => ({ ...place, ...made }))
        return sealedVersions.rewrapped(rows, to.id)
      },
    }
  }

  async function end(job: KeyJobRow, from: readonly Kek[], left: Left): Promise<void> {
    const now = clock()
    await database.run(async ({ keyJobs, vaultKeys, audit }) => {
      await vaultKeys.lockAny(placeOf(job))
      // Keys that are still in use are kept.
      if (left.unproven === 0) for (const { id } of from) await vaultKeys.doomFormer(placeOf(job), id, now + GRACE_MS)
      const error = whatIsLeft(left)
      const status = error === null ? 'completed' : 'failed'
      const processed = job.total - left.unopened
      if (!(await keyJobs.end(job.id, runner.holder, { status, processed, error, completed_at: now }))) return
      const { unopened, unproven } = left
      const details = { change: `rotation ${status}`, versions: job.total, left: unopened, unproven }
      await audit.append([kekEvent(job, details, { id: job.created_by, ip: '' })], now)
    })
  }
}

/** Sentences that say what happened, why, and what to do; null if nothing is left. */
function whatIsLeft({ unopened, unproven, isMissing }: Left): string | null {
  const count = unopened + unproven
  if (count === 0) return null
  const [what, these] = count === 1 ? ['One version does', 'it'] : [`${count} versions do`, 'them']
  const key = unopened > 0 ? 'old' : 'new'
  if (!isMissing)
    return `${what} not open under the ${key} key: stored damaged, or refused by the key store. The old key is kept. Restore ${these} from a backup or delete ${these}, then rotate again.`
  return `${what} not open: the key store no longer has the ${key} key. Restore the key there, from a backup of the key store, then rotate again; or delete ${these}.`
}

/** The audit event about the KEK of a vault. Ids of keys are not secret. */
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
