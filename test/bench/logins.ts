/**
 * `node test/bench/logins.ts`: 200 sign-ins at once, again and again, while secrets are read. Exits with 1 if the p99 of the reads more
 * than doubles, if a sign-in fails for another reason than a full queue, or if memory grows past its limit.
 */
import { spawn } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import autocannon from 'autocannon'
import { bearer } from '../../src/client/auth.ts'
import { createClient } from '../../src/client/client.ts'
import { undiciTransport } from '../../src/client/transport-undici.ts'
import { SECRET } from './account.ts'
import { residentMb, type Served, serve } from './servers.ts'

const AT_ONCE = 200
const SECONDS = 8
/** Reads per second: the rate of a busy team, not the maximum of the server. */
const READS = 200
const MAX_RATIO = 2
/** Each running hash takes 19 MiB. */
const MAX_GROWTH_MB = 120

interface Counts {
  readonly answered: number
  readonly turnedAway: number
  readonly failed: number
}

const [, , url, body] = process.argv
if (url !== undefined && body !== undefined) await ask(url, body)
else await measure()

async function measure(): Promise<void> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-logins-'))
  const server = await serve(dataDir)
  try {
    const person = { email: `${randomUUID()}@example.com`, password: randomUUID() }
    const transport = undiciTransport()
    const { access_token: token = '' } = await createClient({ baseUrl: server.url, transport }).call('auth.signup', {
      body: person,
    })
    const client = createClient({ baseUrl: server.url, transport, auth: bearer(token) })
    const { id: vaultId } = await client.call('vaults.create', { body: { name: 'bench' } })
    await client.call('secrets.put', { params: { vault_id: vaultId, path: SECRET }, body: { value: 'a value' } })
    const path = `/v1/vaults/${vaultId}/secrets/${SECRET}`
    await reads(server, token, path, 2)
    const calm = await reads(server, token, path, SECONDS)
    const before = residentMb(server.pid)
    const asking = await flood(server, person)
    const busy = await reads(server, token, path, SECONDS)
    const { answered, turnedAway, failed } = await asking.stop()
    const after = residentMb(server.pid)
    const ratio = busy.p99 / Math.max(calm.p99, 1)
    process.stdout.write(`reads alone:      p50 ${calm.p50} ms  p99 ${calm.p99} ms\n`)
    process.stdout.write(
      `beside sign-ins:  p50 ${busy.p50} ms  p99 ${busy.p99} ms  (${ratio.toFixed(2)}×, at most ${MAX_RATIO}×)\n`,
    )
    process.stdout.write(`sign-ins:         ${answered} answered, ${turnedAway} turned away, ${failed} failed\n`)
    process.stdout.write(`memory:           ${before.toFixed(0)} MB, then ${after.toFixed(0)} MB\n`)
    if (ratio > MAX_RATIO || failed > 0 || busy.failures > 0 || after - before > MAX_GROWTH_MB) process.exitCode = 1
  } finally {
    await server.stop()
    await rm(dataDir, { recursive: true, force: true })
  }
}

async function reads(served: Served, token: string, path: string, seconds: number) {
  const { latency, non2xx, errors } = await autocannon({
    url: served.url + path,
    headers: { authorization: `Bearer ${token}` },
    connections: 8,
    overallRate: READS,
    duration: seconds,
  })
  return { p50: latency.p50, p99: latency.p99, failures: non2xx + errors }
}

/** Keeps 200 sign-ins in flight, from a separate process: the work of asking must not count as the work of answering. */
async function flood(served: Served, person: { email: string; password: string }) {
  const args = [import.meta.filename, served.url, JSON.stringify(person)]
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  let text = ''
  child.stdout.setEncoding('utf8').on('data', chunk => {
    text += chunk
  })
  await once(child.stdout, 'data')
  return {
    async stop(): Promise<Counts> {
      child.kill('SIGTERM')
      await once(child, 'exit')
      return JSON.parse(text.slice(text.indexOf('{'))) as Counts
    },
  }
}

/** The process that asks. */
async function ask(url: string, body: string): Promise<void> {
  const counts: { -readonly [K in keyof Counts]: number } = { answered: 0, turnedAway: 0, failed: 0 }
  let stopped = false
  process.on('SIGTERM', () => {
    stopped = true
  })
  const one = async () => {
    while (!stopped) {
      const headers = { 'content-type': 'application/json' }
      const reply = await fetch(`${url}/v1/auth/token`, { method: 'POST', headers, body }).catch(() => undefined)
      await reply?.arrayBuffer()
      if (reply?.status === 200) counts.answered++
      else if (reply?.status === 503) counts.turnedAway++
      else counts.failed++
    }
  }
  process.stdout.write('asking\n')
  await Promise.all(Array.from({ length: AT_ONCE }, one))
  process.stdout.write(JSON.stringify(counts))
}
