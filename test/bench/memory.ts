/** `npm run bench -- --memory`: the memory of a server at rest after each kind of load. `--memory=writes-of-500-kb`: one kind alone. */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeAccount, SECRET } from './account.ts'
import { load, type Requests } from './load.ts'
import { residentMb, type Served, serve } from './servers.ts'

type Line = (name: string, figure: string, budget?: { text: string; kept: boolean }) => void

/** Compared with the memory at rest, within a minute after the end of a load. */
const BUDGET = 1.2
const WITHIN_S = 60
/** Right after a load, in MiB. */
const PEAK = 250
/** After the last request: threads that hash passwords have ended by then, and garbage is collected. */
const REST_MS = 45_000
/** The number of secrets in the lists. */
const LISTED = 100

/**
 * One kind of load after the other on one server, which has had one sign-up before; `seconds` for each.
 * @param only the name of one kind, with `-` for spaces; all kinds if absent
 */
export async function memoryAfterLoads(seconds: number, line: Line, only?: string): Promise<void> {
  process.stdout.write('\nMemory after loads, SQLite, software keys, 32 connections\n')
  const dir = await mkdtemp(join(tmpdir(), '1claw-bench-memory-'))
  const server = await serve(dir)
  try {
    const loads = chosen(await loadsOf(server), only)
    await sleep(REST_MS)
    const rest = residentMb(server.pid)
    line('at rest, after a sign-up', `${rest.toFixed(0)} MiB`)
    for (const [name, requests] of Object.entries(loads)) {
      const { rate, failures } = await load(server, seconds, requests)
      if (failures > 0) line(`${name}: failed answers`, String(failures), { text: '0', kept: false })
      const peak = residentMb(server.pid)
      line(`${name}: right after`, `${peak.toFixed(0)} MiB`, { text: `${PEAK} MiB`, kept: peak <= PEAK })
      const { least, seconds: taken } = await untilRested(server, rest)
      const text = `${(rate * seconds).toFixed(0)} requests, ${least.toFixed(0)} MiB after ${taken} s`
      line(name, `${text}   ${(least / rest).toFixed(2)}×`, { text: `${BUDGET}×`, kept: least <= rest * BUDGET })
    }
  } finally {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

function chosen(loads: Record<string, Requests>, only: string | undefined): Record<string, Requests> {
  const found = Object.entries(loads).filter(([name]) => only === undefined || slug(name) === only)
  if (found.length === 0) throw new Error(`Kinds of loads: ${Object.keys(loads).map(slug).join(', ')}.`)
  return Object.fromEntries(found)
}

const slug = (name: string) => name.toLowerCase().replace(/[^a-z0-9]+/g, '-')

/** The least memory of the server since then, and when: as soon as it is within the budget, or after the minute. */
async function untilRested(server: Served, rest: number): Promise<{ least: number; seconds: number }> {
  let least = residentMb(server.pid)
  let seconds = 0
  while (least > rest * BUDGET && seconds < WITHIN_S) {
    await sleep(1000)
    seconds += 1
    least = Math.min(least, residentMb(server.pid))
  }
  return { least, seconds }
}

async function loadsOf(server: Served): Promise<Record<string, Requests>> {
  const account = await makeAccount(server)
  await account.addSecrets(LISTED)
  const { token, vaultId, agentKey } = account
  const vault = `/v1/vaults/${vaultId}`
  return {
    reads: { token, path: () => `${vault}/secrets/${SECRET}` },
    writes: { method: 'PUT', token, body: { value: 'x'.repeat(40) }, path: n => `${vault}/secrets/bench/w${n % 1000}` },
    'writes of 500 kB': {
      method: 'PUT',
      token,
      body: { value: 'x'.repeat(500_000) },
      path: n => `${vault}/secrets/large/${n % 10}`,
    },
    exchanges: { method: 'POST', path: () => '/v1/auth/agent-token', body: { api_key: agentKey } },
    'lists with values': { method: 'POST', token, path: () => `${vault}/secret-values`, body: { prefix: 'listed/' } },
    'lists of 1,000': { token, path: () => `${vault}/secrets?limit=1000` },
    'questions to the audit log': { token, path: () => '/v1/audit/events?limit=1000' },
    'verification of every event': { method: 'POST', token, path: () => '/v1/audit/verify?full=true' },
  }
}
