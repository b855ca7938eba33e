import { expect, it } from 'vitest'
import { compareSecretsDaily } from '../../../../server/jobs/compare-secrets.ts'

const FOUND = { orgId: 'org', vaultId: 'vault', id: 'id', fault: 'an old copy was put back' }

it('the alarm names each changed secret without its path', async () => {
  const said: string[] = []
  const compare = async () => [FOUND]
  const job = compareSecretsDaily({
    compareSecretsDaily: compare,
    alarm: text => said.push(text),
    everyMs: 1,
    failed: () => expect.unreachable(),
  })
  await expect.poll(() => said.length).toBeGreaterThan(0)
  await job.stop()
  expect(said[0]).toBe(
    'Secret id in vault vault of organisation org was changed from outside the server: an old copy was put back.',
  )
})

it('a run ends early when the server stops, which is not a failure', async () => {
  const failures: unknown[] = []
  let begun = false
  const compare = (signal: AbortSignal) =>
    new Promise<never>((_, reject) => {
      begun = true
      signal.addEventListener('abort', () => reject(signal.reason))
    })
  const job = compareSecretsDaily({
    compareSecretsDaily: compare,
    alarm: () => {},
    everyMs: 1,
    failed: error => failures.push(error),
  })
  await expect.poll(() => begun).toBe(true)
  await job.stop()
  expect(failures).toEqual([])
})
