/**
 * `npm run bench`: what 1claw costs on this machine, as ratios to a yardstick of the same run: commands beside a bare `node -e 0`,
 * requests beside a bare fastify route. Ends with 1 when a budget is broken. `--quick` shortens every measurement.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeSoftHsm } from '../support/softhsm.ts'
import { makeAccount, SECRET } from './account.ts'
import { growth } from './growth.ts'
import { type Load, load } from './load.ts'
import { metered } from './metered.ts'
import { rotations } from './rotation.ts'
import { bare, PROGRAM, residentMb, type Served, serve } from './servers.ts'
import { loadSigning } from './signing.ts'
import { timeCommands } from './startup.ts'

const quick = process.argv.includes('--quick')
const SECONDS = quick ? 2 : 8
const ROUNDS = quick ? 7 : 25
const BUDGETS = {
  version: 1.5,
  completion: 1.5,
  secretsGet: 2.5,
  run: 3,
  softwareReads: 1 / 10,
  hsmReads: 1 / 15,
  readP99: 20,
  writes: 1000,
  signatures: 300,
  boot: 1000,
  resident: 130,
}

const broken: string[] = []

function line(name: string, figure: string, budget?: { text: string; kept: boolean }): void {
  if (budget && !budget.kept) broken.push(name)
  const verdict = budget ? `${budget.kept ? 'ok  ' : 'OVER'} (budget ${budget.text})` : ''
  process.stdout.write(`  ${name.padEnd(34)} ${figure.padEnd(62)} ${verdict}\n`)
}

async function commands(server: Served): Promise<void> {
  const account = await makeAccount(server)
  const home = await mkdtemp(join(tmpdir(), '1claw-bench-home-'))
  const env = {
    ONECLAW_API_URL: server.url,
    ONECLAW_TOKEN: account.token,
    ONECLAW_VAULT_ID: account.vaultId,
    ONECLAW_CONFIG_DIR: home,
  }
  const times = timeCommands(
    {
      'node -e 0': { args: ['-e', '0'] },
      '--version': { args: [PROGRAM, '--version'] },
      completion: { args: [PROGRAM, '__complete', 'secrets', 'get', '+'], env },
      'secrets get': { args: [PROGRAM, 'secrets', 'get', SECRET], env },
      'run -- true': { args: [PROGRAM, 'run', '--', 'true'], env },
      'run -- true (alone: true)': { args: ['-e', "require('node:child_process').spawnSync('true')"] },
    },
    ROUNDS,
  )
  const yardstick = times[0]?.median ?? 0
  const budgets: Record<string, number> = {
    '--version': BUDGETS.version,
    completion: BUDGETS.completion,
    'secrets get': BUDGETS.secretsGet,
    'run -- true': BUDGETS.run,
  }
  process.stdout.write('\nCommands, median, beside node -e 0\n')
  for (const { name, median } of times) {
    const ratio = median / yardstick
    const budget = budgets[name]
    line(
      name,
      `${median.toFixed(1)} ms   ${ratio.toFixed(2)}×`,
      budget === undefined ? undefined : { text: `${budget}×`, kept: ratio <= budget },
    )
  }
  await rm(home, { recursive: true, force: true })
}

function show(name: string, figures: Load, yardstick: Load, budget?: { text: string; kept: boolean }): void {
  const ratio = `1/${(yardstick.rate / figures.rate).toFixed(1)}`
  const cpu = `${figures.cpuMicros.toFixed(0)} µs cpu (${(figures.cpuMicros / yardstick.cpuMicros).toFixed(1)}×)`
  line(name, `${figures.rate.toFixed(0)}/s  ${ratio}  p50 ${figures.p50} ms  p99 ${figures.p99} ms  ${cpu}`, budget)
  if (figures.failures > 0) line(`${name}: failed answers`, String(figures.failures), { text: '0', kept: false })
}

async function requests(title: string, server: Served, share: number): Promise<void> {
  const account = await makeAccount(server)
  const yard = await bare()
  const { token, vaultId } = account
  process.stdout.write(`\n${title}, 32 connections, beside a bare fastify route\n`)
  const secrets = `/v1/vaults/${vaultId}/secrets`
  const read = { token, path: () => `${secrets}/${SECRET}` }
  await load(server, 1, read)
  await load(yard, 1, { path: () => '/' })
  // The yardstick before and after, so that a machine that slows down meanwhile does not flatter or blame us.
  const before = await load(yard, SECONDS / 2, { path: () => '/' })
  const reads = await load(server, SECONDS, read)
  const after = await load(yard, SECONDS / 2, { path: () => '/' })
  const yardstick = before.rate > after.rate ? before : after
  line(
    'bare fastify',
    `${yardstick.rate.toFixed(0)}/s  p50 ${yardstick.p50} ms  p99 ${yardstick.p99} ms  ${yardstick.cpuMicros.toFixed(0)} µs cpu`,
  )
  show('secret read (policy, audit)', reads, yardstick, {
    text: `≥ 1/${Math.round(1 / share)}`,
    kept: reads.rate >= yardstick.rate * share,
  })
  line('secret read p99', `${reads.p99} ms`, { text: `${BUDGETS.readP99} ms`, kept: reads.p99 <= BUDGETS.readP99 })
  const writes = await load(server, SECONDS, {
    method: 'PUT',
    token,
    path: n => `${secrets}/bench/w${n % 1000}`,
    body: { value: 'x'.repeat(40) },
  })
  show('secret write (durable)', writes, yardstick, { text: `≥ ${BUDGETS.writes}/s`, kept: writes.rate >= BUDGETS.writes })
  const exchanges = await load(server, SECONDS, {
    method: 'POST',
    path: () => '/v1/auth/agent-token',
    body: { api_key: account.agentKey },
  })
  show('agent token exchange', exchanges, yardstick)
  await yard.stop()
}

async function signatures(): Promise<void> {
  process.stdout.write('\nTransactions, SQLite, software keys, 32 connections\n')
  const dir = await mkdtemp(join(tmpdir(), '1claw-bench-sign-'))
  const server = await serve(dir)
  const signs = await loadSigning(server, SECONDS)
  const figure = `${signs.rate.toFixed(0)}/s  p50 ${signs.p50} ms  p99 ${signs.p99} ms  ${signs.cpuMicros.toFixed(0)} µs cpu`
  line('sign (guardrails, nonce, audit)', figure, { text: `≥ ${BUDGETS.signatures}/s`, kept: signs.rate >= BUDGETS.signatures })
  if (signs.failures > 0) line('sign: failed answers', String(signs.failures), { text: '0', kept: false })
  await server.stop()
  await rm(dir, { recursive: true, force: true })
}

async function boots(dataDir: string): Promise<void> {
  process.stdout.write('\nServer\n')
  const empty = await mkdtemp(join(tmpdir(), '1claw-bench-empty-'))
  const first = await serve(empty)
  await sleep(1000)
  const resident = residentMb(first.pid)
  line('boot, empty', `${first.bootMs.toFixed(0)} ms`, { text: `${BUDGETS.boot} ms`, kept: first.bootMs <= BUDGETS.boot })
  line('memory at rest', `${resident.toFixed(0)} MiB`, { text: `${BUDGETS.resident} MiB`, kept: resident <= BUDGETS.resident })
  await (await makeAccount(first)).addVaults(1000)
  await first.stop()
  const full = await serve(empty)
  line('boot, 1,000 vaults', `${full.bootMs.toFixed(0)} ms`, { text: `${BUDGETS.boot} ms`, kept: full.bootMs <= BUDGETS.boot })
  await full.stop()
  await rm(empty, { recursive: true, force: true })
  await rm(dataDir, { recursive: true, force: true })
}

const sizes = /^--growth(?:=([\d,]+))?$/.exec(process.argv.find(it => it.startsWith('--growth')) ?? '')
if (sizes) {
  await growth(sizes[1]?.split(',').map(Number))
  process.exit()
}

if (process.argv.includes('--rotation')) {
  await rotations(line)
  process.exit(broken.length === 0 ? 0 : 1)
}

const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-'))
const software = await serve(dataDir)
await commands(software)
await requests('SQLite, software keys', software, BUDGETS.softwareReads)
await software.stop()
await signatures()
await metered(SECONDS, line)
await rotations(line)

const hsm = await makeSoftHsm()
const { module, tokenLabel, pin } = await hsm.addToken()
const settings = {
  ONECLAW_KEYSTORE: 'pkcs11',
  ONECLAW_PKCS11_MODULE: module,
  ONECLAW_PKCS11_TOKEN_LABEL: tokenLabel,
  ONECLAW_PKCS11_PIN: pin,
}
const hardware = await serve(join(hsm.dir, 'data'), settings)
await requests('SQLite, SoftHSM', hardware, BUDGETS.hsmReads)
await hardware.stop()
await hsm.remove()
await boots(dataDir)

process.stdout.write(broken.length === 0 ? '\nEvery budget is kept.\n' : `\nOver budget: ${broken.join(', ')}\n`)
process.exitCode = broken.length === 0 ? 0 : 1
