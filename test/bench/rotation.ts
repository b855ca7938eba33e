import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { bearer } from '../../src/client/auth.ts'
import { createClient } from '../../src/client/client.ts'
import { undiciTransport } from '../../src/client/transport-undici.ts'
import { makeAccount, SECRET } from './account.ts'
import { load } from './load.ts'
import { serve } from './servers.ts'

type Line = (name: string, figure: string, budget?: { text: string; kept: boolean }) => void

const SECRETS = 10_000
const SECONDS = 30
/** Few, so reads wait for the rotation and not for each other. */
const READERS = 4
/** The allowed growth of the reads' p99. */
const SLOWER = 2

/** The time of a rotation of a vault's key, and its effect on reads at the same time. */
export async function rotations(line: Line): Promise<void> {
  process.stdout.write(`\nRotation of a vault's key, ${SECRETS} secrets, SQLite, software keys, ${READERS} readers\n`)
  const dir = await mkdtemp(join(tmpdir(), '1claw-bench-rotation-'))
  const server = await serve(dir)
  const { token, vaultId: vault_id } = await makeAccount(server)
  const client = createClient({ baseUrl: server.url, transport: undiciTransport(), auth: bearer(token) })
  // One already exists.
  for (let n = 1; n < SECRETS; n += 64) {
    const paths = Array.from({ length: Math.min(64, SECRETS - n) }, (_, i) => `p/${n + i}`)
    await Promise.all(paths.map(path => client.call('secrets.put', { params: { vault_id, path }, body: { value: path } })))
  }
  const reads = { path: () => `/v1/vaults/${vault_id}/secrets/${SECRET}`, token }
  await load(server, 2, reads, READERS)
  // Before and after, so a machine that slows down in between does not distort the ratio.
  const before = await load(server, 5, reads, READERS)
  const began = performance.now()
  let job = await client.call('keys.rotate', { params: { vault_id } })
  const params = { vault_id, job_id: job.id }
  const ended = (async () => {
    for (; job.status === 'running'; job = await client.call('keys.rotation', { params })) await sleep(50)
    return (performance.now() - began) / 1000
  })()
  // At least as long as it runs: reads after it would improve the figure.
  const busy = [await load(server, 3, reads, READERS)]
  while (job.status === 'running') busy.push(await load(server, 3, reads, READERS))
  const seconds = await ended
  const after = await load(server, 5, reads, READERS)
  const quiet = Math.max(before.p99, after.p99, 1)
  const p99 = Math.max(...busy.map(figures => figures.p99))
  const failures = busy.reduce((sum, figures) => sum + figures.failures, 0)
  const isWhole = job.status === 'completed' && job.processed === SECRETS
  line('rotation', `${job.status}, ${job.processed} versions in ${seconds.toFixed(1)} s`, {
    text: `${SECONDS} s`,
    kept: isWhole && seconds < SECONDS,
  })
  line('secret read p99 meanwhile', `${p99} ms, ${quiet} ms before or after`, {
    text: `${SLOWER}×`,
    kept: p99 <= SLOWER * quiet,
  })
  if (failures > 0) line('reads meanwhile: failed answers', String(failures), { text: '0', kept: false })
  await client.close()
  await server.stop()
  await rm(dir, { recursive: true, force: true })
}
