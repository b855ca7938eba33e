import type { CmekKey } from '../../../src/crypto/cmek.ts'
import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { seal } from '../../keys/envelope.ts'
import type { Keyring } from '../../keys/keyring.ts'
import { isRefusal } from '../../keys/refusals.ts'
import { contextOf, openVersion } from '../../keys/stored-version.ts'
import type { NewEvent } from '../../policy/event.ts'
import type { VaultFacts } from '../../policy/facts.ts'
import type { AuditStore } from '../../stores/audit/audit.ts'
import type { KeyJobRow, KeyJobStore } from '../../stores/keys/key-jobs.ts'
import type { JobRunner, Rotation, SealedVersion } from './job-runner.ts'

export interface CmekRotationDeps {
  readonly database: Database<{ keyJobs: KeyJobStore; audit: AuditStore }>
  readonly keyring: Keyring
  readonly vaultFacts: (id: string) => VaultFacts | undefined | Promise<VaultFacts | undefined>
  readonly runner: JobRunner
  readonly clock: () => number
}

/** The customer's keys for one rotation, in memory only. */
export interface KeyPairOfJob {
  readonly old: CmekKey
  readonly new: CmekKey
}

/** Re-encrypts the values of a vault with another customer key. */
export function cmekRotation({ database, keyring, vaultFacts, runner, clock }: CmekRotationDeps) {
  /** @param ip the address of the client, for the audit log */
  return async (job: KeyJobRow, keys: KeyPairOfJob, ip: string): Promise<void> => {
    const left = await runner.workThrough(job, rotationOf(job, keys))
    if (left === undefined) return
    const now = clock()
    const status = left === 0 ? 'completed' : 'failed'
    const error = left === 0 ? null : unopened(left)
    await database.run(async ({ keyJobs, audit }) => {
      const end = { status, processed: job.total - left, error, completed_at: now } as const
      if (await keyJobs.end(job.id, runner.holder, end)) await audit.append([ended(job, status, left, ip)], now)
    })
  }

  function rotationOf(job: KeyJobRow, keys: KeyPairOfJob): Rotation<Awaited<ReturnType<typeof resealed>>> {
    return {
      under: { vaultId: job.vault_id, column: 'cmek_fingerprint', keys: [job.old_key] },
      async make(row) {
        const vault = await vaultFacts(job.vault_id)
        if (!vault) throw new Problem('resource.unknown', 'The vault was deleted in the meantime.')
        const blob = await blobOf(vault, row)
        const clear = blob === undefined ? undefined : await keys.old.decrypt(blob)
        return clear === undefined ? undefined : resealed(vault, row, await keys.new.encrypt(clear))
      },
      async store({ sealedVersions }, all) {
        let stored = 0
        for (const { made, ...place } of all) {
          if (await sealedVersions.resealed(place, job.old_key, { ...made, cmek_fingerprint: job.new_key })) stored++
        }
        return stored
      },
    }
  }

  /** Undefined for a version that the server itself cannot open. An unavailable key provider ends the round instead. */
  async function blobOf(vault: VaultFacts, row: SealedVersion): Promise<string | undefined> {
    try {
      return (await openVersion(keyring, vault, row)).toString('latin1')
    } catch (error) {
      if (isRefusal(error)) return undefined
      throw error
    }
  }

  async function resealed(vault: VaultFacts, row: SealedVersion, blob: string) {
    const { ciphertext, wrappedDek, boundTo } = await seal(keyring, vault.kek, Buffer.from(blob), contextOf(vault, row))
    return { ciphertext, wrapped_dek: wrappedDek, kek_id: boundTo }
  }
}

function unopened(left: number): string {
  const [what, stays] = left === 1 ? ['one version', 'It is not changed'] : [`${left} versions`, 'They are not changed']
  return `The old customer key, or the server’s own, does not open ${what}. ${stays}: write the value again, or rotate again with the right key.`
}

function ended(job: KeyJobRow, status: string, left: number, ip: string): NewEvent {
  return {
    orgId: job.org_id,
    action: 'key.rotate',
    actorId: job.created_by,
    actorType: 'user',
    resourceType: 'vault',
    resourceId: job.vault_id,
    vaultId: job.vault_id,
    details: { change: `rotation ${status}`, job_id: job.id, versions: job.total, left },
    ipAddress: ip,
  }
}
