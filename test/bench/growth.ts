/**
 * `npm run bench -- --growth`: how what grows with data grows. Each line is one question at several sizes of the same installation.
 */
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { makeAccount, SECRET } from './account.ts'
import { type Grown, growEvents, growPolicies, growSecrets, untilIndexed } from './grow.ts'
import { load, type Requests } from './load.ts'
import { residentMb, type Served, serve } from './servers.ts'

const SIZES = [1000, 100_000, 1_000_000]
const POLICIES = 1000

/** What a line says, the number in it that may not grow, and the most that this may be; in milliseconds. */
interface Figure {
  readonly text: string
  readonly value?: number
  readonly most?: number
}

interface Figures {
  [line: string]: Figure
}

/** At any size. */
const PAGE_MS = 20
const FILTER_MS = 50
const LIVEZ_MS = 50
/** Of a read's p50, at the largest size beside the smallest. */
const READ_GROWTH = 1.2

const milliseconds = (value: number) => `${value.toFixed(1)} ms`
const within = (value: number, most?: number): Figure => ({
  text: milliseconds(value),
  value,
  ...(most !== undefined && { most }),
})

/** Median time of an answer when nothing else is asked, after one that does not count. */
async function median(server: Served, token: string, path: string, times = 7): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time <= times; time++) {
    const began = performance.now()
    const reply = await fetch(`${server.url}${path}`, { headers: { authorization: `Bearer ${token}` } })
    await reply.arrayBuffer()
    if (!reply.ok) throw new Error(`${path} answered ${reply.status}.`)
    if (time > 0) taken.push(performance.now() - began)
  }
  return taken.sort((one, other) => one - other)[Math.floor(times / 2)] ?? 0
}

/** What reads of others cost while eight connections ask the same question again and again. */
async function beside(server: Served, reads: Requests, question: Requests): Promise<Figure> {
  const asking = load(server, 4, question, 8)
  const figures = await load(server, 3, reads, 8)
  const livez = await load(server, 1, { path: () => '/livez' }, 1)
  await asking
  const text = `${figures.rate.toFixed(0)}/s p99 ${figures.p99} ms, /livez p99 ${livez.p99} ms`
  return { text, value: livez.p99, most: LIVEZ_MS }
}

/** How long the server looks at every event, how long when nothing is new, and what somebody else waits for in the meantime. */
async function verifying(server: Served, token: string): Promise<Figures> {
  const verify = async (query: string) => {
    const began = performance.now()
    const headers = { authorization: `Bearer ${token}` }
    const reply = await fetch(`${server.url}/v1/audit/verify${query}`, { method: 'POST', headers }).catch(() => undefined)
    // The server closes a connection on which nothing has moved for 30 s, also while it works on the answer.
    if (!reply) return `no answer after ${milliseconds(performance.now() - began)}`
    const verdict = (await reply.json()) as { ok: boolean; checked: number }
    if (!verdict.ok) throw new Error(`The trail is not sound: ${JSON.stringify(verdict)}`)
    return milliseconds(performance.now() - began)
  }
  let done = false
  const all = verify('?full=true').finally(() => {
    done = true
  })
  let slowest = 0
  while (!done) slowest = Math.max(slowest, (await load(server, 1, { path: () => '/livez' }, 1)).p99)
  return {
    'verification of every event': { text: `${await all}, /livez p99 ${slowest} ms`, value: slowest, most: LIVEZ_MS },
    'verification since the last': { text: await verify('') },
  }
}

async function measure(server: Served, { vaultId }: Grown, token: string, agentToken: string): Promise<Figures> {
  const secrets = `/v1/vaults/${vaultId}/secrets`
  const read = { token, path: () => `${secrets}/${SECRET}` }
  const ask = async (path: string, most = FILTER_MS, by = token) => within(await median(server, by, path), most)
  const livez = await load(server, 1, { path: () => '/livez' }, 1)
  const alone = await load(server, 3, read, 8)
  const events = '/v1/audit/events?limit=100'
  return {
    // What the machine takes for nothing at all, at this moment.
    '/livez, nothing else': { text: `p50 ${livez.p50} ms p99 ${livez.p99} ms` },
    [READ]: { text: `${alone.rate.toFixed(0)}/s p50 ${alone.p50} ms ${alone.cpuMicros.toFixed(0)} µs`, value: alone.p50 },
    'list, first page of 100': await ask(`${secrets}?limit=100`, PAGE_MS),
    'list, by prefix': await ask(`${secrets}?limit=100&prefix=grown/500/`, PAGE_MS),
    [`list of an agent with ${POLICIES} policies`]: await ask(`${secrets}?limit=100`, PAGE_MS, agentToken),
    'events, newest': await ask(events),
    'events of an actor': await ask(events, FILTER_MS, agentToken),
    'events, rare action': await ask(`${events}&action=vault.create`),
    'events of a kind': await ask(`${events}&kinds=sign-ins`),
    'events of agents': await ask(`${events}&actor_type=agent`),
    'events of a path': await ask(`${events}&resource_id=grown/777`),
    'events of a time': await ask(`${events}&from=1970-01-01T00:00:00Z&to=1970-01-01T00:10:00Z`),
    'summary of 14 days': await ask('/v1/audit/summary'),
    'deleted secrets': await ask(`/v1/vaults/${vaultId}/deleted-secrets`, PAGE_MS),
    'meters of the plan': await ask('/v1/billing/subscription'),
    ...(await verifying(server, token)),
    'reads beside own events, 8 at once': await beside(server, read, { token: agentToken, path: () => events }),
    'reads beside a list of everything, 8 at once': await beside(server, read, { token, path: () => `${secrets}?limit=1000` }),
    'memory after it': { text: `${residentMb(server.pid).toFixed(0)} MiB` },
  }
}

const READ = 'read, 8 connections'

/** Grows one installation to each of the sizes, from the smallest on, and measures it there. Answers what is over its budget. */
export async function growth(sizes = SIZES): Promise<string[]> {
  const dataDir = await mkdtemp(join(tmpdir(), '1claw-bench-growth-'))
  try {
    const table = await tableOf(dataDir, sizes)
    process.stdout.write(`\n${'Secrets and audit events'.padEnd(48)}${sizes.map(value => String(value).padEnd(40)).join('')}\n`)
    for (const [name, figures] of table) {
      const cells = figures.map(figure => `${figure.text}${isOver(figure) ? ' OVER' : ''}`.padEnd(40))
      process.stdout.write(`  ${name.padEnd(46)}${cells.join('')}\n`)
    }
    return overBudget(table)
  } finally {
    await rm(dataDir, { recursive: true, force: true })
  }
}

function isOver({ value = 0, most = Number.POSITIVE_INFINITY }: Figure): boolean {
  return value > most
}

function overBudget(table: ReadonlyMap<string, readonly Figure[]>): string[] {
  const over = [...table].filter(([, figures]) => figures.some(isOver)).map(([name]) => name)
  const reads = (table.get(READ) ?? []).map(({ value = 0 }) => value)
  const ratio = (reads.at(-1) ?? 0) / (reads[0] ?? 1)
  process.stdout.write(`\n  p50 of a read, the largest beside the smallest: ${ratio.toFixed(2)} (budget ${READ_GROWTH})\n`)
  return ratio > READ_GROWTH ? [...over, 'p50 of a read'] : over
}

async function tableOf(dataDir: string, sizes: readonly number[]): Promise<ReadonlyMap<string, readonly Figure[]>> {
  const file = join(dataDir, '1claw.db')
  const { grown, token, agentToken } = await served(dataDir, async server => {
    const account = await makeAccount(server)
    const { token, vaultId, orgId, agentId } = account
    return { grown: { vaultId, orgId, agentId }, token, agentToken: (await account.exchange()).token }
  })
  await growPolicies(file, grown, POLICIES)
  const table = new Map<string, Figure[]>()
  let size = 0
  for (const next of sizes) {
    await growSecrets(file, grown, size + 1, next)
    await growEvents(dataDir, grown, size + 1, next)
    size = next
    // What a first start does with rows that came from elsewhere is no part of the figures.
    await served(dataDir, () => untilIndexed(file, grown))
    const figures = await served(dataDir, async server => ({
      'boot after a clean stop': within(server.bootMs),
      ...(await measure(server, grown, token, agentToken)),
    }))
    for (const [name, figure] of Object.entries(figures)) table.set(name, [...(table.get(name) ?? []), figure])
    process.stderr.write(`  ${size} secrets and events are measured.\n`)
  }
  return table
}

/** What `work` finds out from a server on this folder, which has stopped afterwards in any case. */
async function served<T>(dataDir: string, work: (server: Served) => Promise<T>): Promise<T> {
  const server = await serve(dataDir)
  return work(server).finally(() => server.stop())
}
