/**
 * `npm run bench`: the cost of 1claw on this machine, as ratios to a yardstick of the same run: commands compared with `node -e 0`,
 * requests with a bare fastify route. Exits with 1 if a budget is exceeded. `--quick` shortens every measurement. `--pg`: only the
 * requests, on PostgreSQL.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { makeSoftHsm } from '../support/softhsm.ts'
import { makeAccount, SECRET } from './account.ts'
import { consolePages } from './console.ts'
import { growth } from './growth/growth.ts'
import { memoryAfterLoads } from './memory.ts'
import { metered } from './metered.ts'
import { onPostgres } from './postgres.ts'
import { requests, signatures } from './requests.ts'
import { rotations } from './rotation.ts'
import { PROGRAM, residentMb, type Served, serve } from './servers.ts'
import { timeCommands } from './startup.ts'

const quick = process.argv.includes('--quick')
const SECONDS = quick ? 2 : 8
const ROUNDS = quick ? 7 : 25
const BUDGETS = {
  version: 1.5,
  completion: 1.5,
  secretsGet: 2.5,
  run: 3,
  /** Milliseconds more than `--version`. All help comes from one file, so one command represents all of them. */
  help: 100,
  boot: 500,
  resident: 100,
}

/** For requests; reads as a share of bare fastify, the others per second. */
const SOFTWARE = { reads: 1 / 10, readP99: 20, writes: 1000 }
const HSM = { ...SOFTWARE, reads: 1 / 15 }
const POSTGRES = { reads: 1 / 7, readP99: 20, writes: 1500 }
const SIGNATURES = 300

/** After the start of a server: by then the garbage of the start is collected. */
const TIDIED_MS = 15_000

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
      'secrets list --help': { args: [PROGRAM, 'secrets', 'list', '--help'], env },
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
  const version = times.find(({ name }) => name === '--version')?.median ?? 0
  process.stdout.write('\nCommands, median, beside node -e 0\n')
  for (const { name, median } of times) {
    const ratio = median / yardstick
    const budget = budgets[name]
    const figure = `${median.toFixed(1)} ms   ${ratio.toFixed(2)}×`
    if (budget !== undefined) line(name, figure, { text: `${budget}×`, kept: ratio <= budget })
    else if (name.endsWith('--help')) {
      line(name, figure, { text: `--version + ${BUDGETS.help} ms`, kept: median <= version + BUDGETS.help })
    } else line(name, figure)
  }
  await rm(home, { recursive: true, force: true })
}

async function boots(dataDir: string): Promise<void> {
  process.stdout.write('\nServer\n')
  const empty = await mkdtemp(join(tmpdir(), '1claw-bench-empty-'))
  const first = await serve(empty)
  await sleep(TIDIED_MS)
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
  broken.push(...(await growth(sizes[1]?.split(',').map(Number))))
  verdict()
}

/** Prints the result and exits. */
function verdict(): never {
  process.stdout.write(broken.length === 0 ? '\nEvery budget is kept.\n' : `\nOver budget: ${broken.join(', ')}\n`)
  process.exit(broken.length === 0 ? 0 : 1)
}

const kind = /^--memory(?:=(.+))?$/.exec(process.argv.find(it => it.startsWith('--memory')) ?? '')
if (kind) {
  await memoryAfterLoads(SECONDS, line, kind[1])
  verdict()
}

if (process.argv.includes('--rotation')) {
  await rotations(line)
  verdict()
}

if (process.argv.includes('--console')) {
  await consolePages(line)
  verdict()
}

if (process.argv.includes('--pg')) {
  await onPostgres(server => requests('PostgreSQL, software keys', server, SECONDS, POSTGRES, line))
  await onPostgres(server => signatures('PostgreSQL, software keys', server, SECONDS, SIGNATURES, line))
  verdict()
}

const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-'))
const software = await serve(dataDir)
await commands(software)
await requests('SQLite, software keys', software, SECONDS, SOFTWARE, line)
await software.stop()
const signingDir = await mkdtemp(join(tmpdir(), '1claw-bench-sign-'))
const signing = await serve(signingDir)
await signatures('SQLite, software keys', signing, SECONDS, SIGNATURES, line)
await signing.stop()
await rm(signingDir, { recursive: true, force: true })
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
await requests('SQLite, SoftHSM', hardware, SECONDS, HSM, line)
await hardware.stop()
await hsm.remove()
await consolePages(line)
await memoryAfterLoads(SECONDS, line)
await boots(dataDir)
verdict()
