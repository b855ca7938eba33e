import type { Client, Reply } from '../../client/client.ts'
import { Problem } from '../../problem.ts'
import type { Context } from '../context/context.ts'
import { howMany } from '../output/how-many.ts'
import type { RotatedVault, ServerKey } from '../output/views/keys.ts'

const LOOK_EVERY_MS = 500

interface Named {
  readonly id: string
  readonly name: string
}

/** Rotates the key of one vault, waits for the end and shows the progress. Returns the outcome, even of a failure. */
export async function rotatedVault(
  context: Context,
  client: Client,
  { id: vault_id, name }: Named,
  note: (text: string) => void,
): Promise<RotatedVault> {
  let job: Reply<'keys.rotation'> = await client.call('keys.rotate', { params: { vault_id } })
  const params = { vault_id, job_id: job.id }
  for (let said = -1; job.status === 'running'; await context.sleep(LOOK_EVERY_MS)) {
    if (job.processed !== said) note(`${name}: ${job.processed} of ${howMany(job.total_versions, 'version')}.`)
    said = job.processed
    job = await client.call('keys.rotation', { params })
    if (job.status !== 'running') break
  }
  note(
    job.status === 'completed'
      ? `${name}: rotated (${howMany(job.total_versions, 'version')}).`
      : `${name}: ${job.error ?? 'failed'}`,
  )
  return { ...job, vault: name }
}

/** The same for all vaults that the caller manages, one after the other, because an HSM has other work too. */
export async function rotatedVaults(context: Context, client: Client, note: (text: string) => void): Promise<RotatedVault[]> {
  const { vaults } = await client.call('vaults.list')
  const jobs: RotatedVault[] = []
  for (const vault of vaults) {
    const job = await rotatedVault(context, client, vault, note).catch((error: unknown) => {
      if (error instanceof Problem && error.code === 'policy.denied') return undefined
      throw error
    })
    if (job) jobs.push(job)
    else note(`${vault.name}: skipped; only its creator, owners and admins can rotate its key.`)
  }
  return jobs
}

/** Replaces a key of the server and waits until the new one is used. */
export async function rotatedServerKey(context: Context, client: Client, key: ServerKey['key']): Promise<ServerKey> {
  const made: ServerKey = await client.call('keys.rotate-server', { params: { key } })
  for (let now = made; ; await context.sleep(LOOK_EVERY_MS)) {
    if (now.state !== 'upcoming') return now
    const { keys } = await client.call('keys.status')
    now = keys.find(each => each.key === key && each.number === made.number) ?? now
  }
}

/** @throws Problem `check.failed` that names the vaults whose rotation failed. */
export function ensureRotated(jobs: readonly RotatedVault[]): void {
  const failed = jobs.filter(({ status }) => status === 'failed').map(({ vault }) => vault)
  if (failed.length === 0) return
  throw new Problem('check.failed', `Not every version of ${failed.join(', ')} opens; the old key was kept.`, {
    hint: 'Restore the damaged versions from a backup, then run this again.',
  })
}
