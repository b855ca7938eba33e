/** `npm run bench -- --growth`: how times grow with the data. Each line is one question at several sizes of the same installation. */
import { cp, mkdtemp, open, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { type BenchAccount, makeAccount, signIn } from '../account.ts'
import { bare, type Served, serve } from '../servers.ts'
import { makeSigners } from '../signing.ts'
import { timeCommands } from '../startup.ts'
import { type Figure, type Figures, GOALS, isOver } from './figure.ts'
import { type Grown, growEvents, growPolicies, growSecrets, proveSecrets, untilIndexed } from './grow.ts'
import type { Beside } from './installation.ts'
import { crowds, POLICIES, questions, READ } from './questions.ts'
import { cut, verifying, verifyingCut } from './verifying.ts'
import { refusals, refuse, writers } from './writers.ts'

const SIZES = [1000, 100_000, 1_000_000]
const WIDTH = 52

/** Grows one installation to each of the sizes, smallest first, and measures a copy of it at each. Returns what is over its budget. */
export async function growth(sizes = SIZES): Promise<string[]> {
  const dir = await mkdtemp(join(tmpdir(), '1claw-bench-growth-'))
  try {
    const table = await tableOf(dir, sizes)
    process.stdout.write(
      `\n${'Secrets and audit events'.padEnd(48)}${sizes.map(value => String(value).padEnd(WIDTH)).join('')}\n`,
    )
    for (const [name, figures] of table) {
      const cells = figures.map(figure => `${figure.text}${isOver(figure) ? ' OVER' : ''}`.padEnd(WIDTH))
      process.stdout.write(`  ${name.padEnd(46)}${cells.join('')}\n`)
    }
    return overBudget(table)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}

type Table = ReadonlyMap<string, readonly Figure[]>

function overBudget(table: Table): string[] {
  const over = [...table].filter(([, figures]) => figures.some(isOver)).map(([name]) => name)
  const reads = (table.get(READ) ?? []).map(({ value = 0 }) => value)
  // Reads of less than a millisecond are rounded to zero.
  const ratio = Math.max(reads.at(-1) ?? 0, 1) / Math.max(reads[0] ?? 0, 1)
  process.stdout.write(`\n  p50 of a read, the largest beside the smallest: ${ratio.toFixed(2)} (budget ${GOALS.readGrowth})\n`)
  return ratio > GOALS.readGrowth ? [...over, 'p50 of a read'] : over
}

async function tableOf(dir: string, sizes: readonly number[]): Promise<Table> {
  const dataDir = join(dir, 'grown')
  const file = join(dataDir, '1claw.db')
  const { account, signers } = await served(dataDir, async server => {
    const made = await makeAccount(server)
    return { account: made, signers: await makeSigners((await signIn(server, made)).client) }
  })
  const yard = await bare()
  try {
    await growPolicies(file, account, POLICIES)
    const table = new Map<string, Figure[]>()
    let size = 0
    for (const next of sizes) {
      await growSecrets(file, account, size + 1, next)
      await proveSecrets(dataDir)
      const signedAt = await growEvents(dataDir, account, size + 1, next)
      size = next
      // The work of a first start on cloned rows is not part of the figures.
      await served(dataDir, () => untilIndexed(file, account))
      const figures = await measureCopy(dir, { account, signers, yard }, signedAt)
      for (const [name, figure] of Object.entries(figures)) table.set(name, [...(table.get(name) ?? []), figure])
      process.stderr.write(`  ${size} secrets and events are measured.\n`)
    }
    return table
  } finally {
    await yard.stop()
    await signers.stop()
  }
}

/** Data that is written during the measurement would make the next size larger than it says. */
async function measureCopy(dir: string, others: Beside, signedAt: number): Promise<Figures> {
  const dataDir = join(dir, 'measured')
  await cp(join(dir, 'grown'), dataDir, { recursive: true })
  await onDisk(join(dataDir, '1claw.db'))
  try {
    const figures = {
      ...(await starts(dataDir)),
      ...(await served(dataDir, server => measure(server, others))),
    }
    const ms = await cut(dataDir, signedAt)
    const left = await served(dataDir, async server => {
      const again = { server, grown: others.account, token: (await signIn(server, others.account)).token }
      return { 'removal of the first events, with a cut': await verifyingCut(again, ms), ...(await refusals(again)) }
    })
    return { ...figures, ...left }
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

/** Otherwise the system would write a copy of this size half a minute later, while every commit waits for the disk. */
async function onDisk(file: string): Promise<void> {
  const handle = await open(file, 'r+')
  await handle.sync().finally(() => handle.close())
}

async function measure(server: Served, others: Beside): Promise<Figures> {
  const { account } = others
  const grown: Grown = account
  const installation = async () => {
    const { token } = await signIn(server, account)
    return { server, grown, token, agentToken: await agentTokenOf(server, account) }
  }
  const first = await installation()
  const alone = { ...(await questions(first)), ...(await verifying(first)) }
  // A verification on a slow machine can take longer than a session.
  const second = await installation()
  const many = { ...(await crowds(second)), ...(await writers(second, others)) }
  await refuse(second)
  return { ...alone, ...many }
}

async function agentTokenOf({ url }: Served, { agentKey }: BenchAccount): Promise<string> {
  const headers = { 'content-type': 'application/json' }
  const reply = await fetch(`${url}/v1/auth/agent-token`, {
    method: 'POST',
    headers,
    body: JSON.stringify({ api_key: agentKey }),
  })
  return ((await reply.json()) as { access_token: string }).access_token
}

/** The median of some starts after a clean stop, compared with an empty program. */
async function starts(dataDir: string): Promise<Figures> {
  const taken: number[] = []
  for (let time = 0; time < 5; time++) taken.push(await served(dataDir, async ({ bootMs }) => bootMs))
  const ms = taken.sort((one, other) => one - other)[2] ?? 0
  const [empty] = timeCommands({ 'node -e 0': { args: ['-e', '0'] } }, 7)
  const value = ms / (empty?.median ?? ms)
  return { 'start after a clean stop': { text: `${ms.toFixed(0)} ms, ${value.toFixed(1)} × node -e 0`, value, most: GOALS.boot } }
}

/** The result of `work` on a server in this folder, which is stopped afterwards in any case. */
async function served<T>(dataDir: string, work: (server: Served) => Promise<T>): Promise<T> {
  // More than one organisation can have by default.
  const server = await serve(dataDir, { ONECLAW_MAX_SECRETS: '10000000' })
  return work(server).finally(() => server.stop())
}
