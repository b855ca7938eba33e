import { cmekRotation, cmekRotations, disableCmek, enableCmek, rotateCmek } from '../../../src/contract/keys/cmek.ts'
import { listJobs } from '../../../src/contract/keys/jobs.ts'
import { keysStatus, rotateServerKey } from '../../../src/contract/keys/server-keys.ts'
import { rotateVaultKey, vaultKeyRotation } from '../../../src/contract/keys/vault-keys.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Mount } from '../../http/mount.ts'
import type { KeyJobRow } from '../../stores/keys/key-jobs.ts'
import type { VaultRow } from '../../stores/vaults.ts'
import type { Cmek } from './cmek.ts'
import type { ServerKeyRotation } from './server/rotation.ts'
import type { KeyStatus } from './server/status.ts'
import type { Tasks } from './tasks.ts'
import type { VaultKeys } from './vault-keys.ts'

type VaultBody = (row: VaultRow) => ReplyOf<typeof enableCmek>

export function keyRoutes(mount: Mount, cmek: Cmek, vaultKeys: VaultKeys, vaultBody: VaultBody): void {
  mount(rotateVaultKey, async ({ grant }) => vaultKeyJobBody(await vaultKeys.rotate(grant)))
  mount(vaultKeyRotation, async ({ grant, params }) => vaultKeyJobBody(await vaultKeys.rotation(grant, params.job_id)))
  mount(enableCmek, async ({ grant, body }) => vaultBody(await cmek.enable(grant, body.fingerprint)))
  mount(disableCmek, async ({ grant }) => vaultBody(await cmek.disable(grant)))
  mount(rotateCmek, async ({ grant, header, body }) =>
    jobBody(
      await cmek.rotate(grant, {
        old: header('x-cmek-old-key'),
        new: header('x-cmek-new-key'),
        newFingerprint: body.new_fingerprint,
      }),
    ),
  )
  mount(cmekRotations, async ({ grant }) => ({ rotations: (await cmek.rotations(grant)).map(jobBody) }))
  mount(cmekRotation, async ({ grant, params }) => jobBody(await cmek.rotation(grant, params.job_id)))
}

export function serverKeyRoutes(mount: Mount, rotation: ServerKeyRotation, status: KeyStatus, tasks: Tasks): void {
  mount(listJobs, ({ grant, query }) => tasks(grant, query))
  mount(keysStatus, ({ grant }) => status.status(grant))
  mount(rotateServerKey, async ({ grant, actor, params }) => status.one(await rotation.rotate(grant, actor, params.key)))
}

function jobBody(job: KeyJobRow): ReplyOf<typeof rotateCmek> {
  return {
    id: job.id,
    vault_id: job.vault_id,
    old_fingerprint: job.old_key,
    new_fingerprint: job.new_key,
    status: job.status as ReplyOf<typeof rotateCmek>['status'],
    total_secrets: job.total,
    processed: job.processed,
    ...(job.error !== null && { error: job.error }),
    ...(job.started_at !== null && { started_at: new Date(job.started_at).toISOString() }),
    ...(job.completed_at !== null && { completed_at: new Date(job.completed_at).toISOString() }),
    created_at: new Date(job.created_at).toISOString(),
  }
}

function vaultKeyJobBody(job: KeyJobRow): ReplyOf<typeof rotateVaultKey> {
  return {
    id: job.id,
    vault_id: job.vault_id,
    status: job.status as ReplyOf<typeof rotateVaultKey>['status'],
    total_versions: job.total,
    processed: job.processed,
    ...(job.error !== null && { error: job.error }),
    created_at: new Date(job.created_at).toISOString(),
    ...(job.completed_at !== null && { completed_at: new Date(job.completed_at).toISOString() }),
  }
}
