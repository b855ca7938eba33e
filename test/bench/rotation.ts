/**
 * `node test/bench/rotation.ts [secrets]`: how long the rotation of a vault's key takes (10,000 secrets when nothing else is said), and what it
 * does to reads at the same time. Ends with 1 when it takes 30 s or more, or the p99 of reads more than doubles. Build first: `npm run build`.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccount, SECRET } from './account.ts'
import { load } from './load.ts'
import { serve } from './servers.ts'

const secrets = Number(process.argv[2] ?? 10_000)
const BUDGET_S = 30
const READERS = 4

const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-rotation-'))
const server = await serve(dataDir)
try {
  const { token, vaultId } = await makeAccount(server)
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' }
  const call = async (method: string, path: string, body?: object) => {
    const reply = await fetch(`${server.url}/v1/vaults/${vaultId}/${path}`, {
      method,
      headers,
      ...(body && { body: JSON.stringify(body) }),
    })
    if (!reply.ok) throw new Error(`${method} ${path}: ${reply.status} ${await reply.text()}`)
    return (await reply.json()) as { id: string; status: string; total_versions: number }
  }
  for (let n = 0; n < secrets; n += 64) {
    const batch = Array.from({ length: Math.min(64, secrets - n) }, (_, i) => `p/${n + i}`)
    await Promise.all(batch.map(path => call('PUT', `secrets/${path}`, { value: `value of ${path}` })))
  }
  const reads = { path: () => `/v1/vaults/${vaultId}/secrets/${SECRET}`, token }
  const quiet = await load(server, 5, reads, READERS)
  const began = performance.now()
  const { id } = await call('POST', 'rotate-key')
  const busy = load(server, 5, reads, READERS)
  let job = await call('GET', `rotate-key/${id}`)
  for (; job.status === 'running'; job = await call('GET', `rotate-key/${id}`)) await sleep(50)
  const seconds = (performance.now() - began) / 1000
  const { p99, failures } = await busy
  process.stdout.write(
    `${job.status}: ${job.total_versions} versions in ${seconds.toFixed(1)} s; p99 of reads ${quiet.p99} ms before, ${p99} ms meanwhile; ${failures} failures\n`,
  )
  if (job.status !== 'completed' || seconds >= BUDGET_S || failures > 0 || p99 > 2 * Math.max(1, quiet.p99)) process.exitCode = 1
} finally {
  await server.stop()
  await rm(dataDir, { recursive: true, force: true })
}
