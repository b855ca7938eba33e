/** The requests of the bench, each compared with a bare fastify route on the same machine in the same run. */
import { makeAccount, SECRET } from './account.ts'
import { type Load, load } from './load.ts'
import { bare, type Served } from './servers.ts'
import { loadSigning } from './signing.ts'

interface Budget {
  readonly text: string
  readonly kept: boolean
}

type Line = (name: string, figure: string, budget?: Budget) => void

export interface RequestBudgets {
  /** As a share of the rate of bare fastify. */
  readonly reads: number
  /** Milliseconds. */
  readonly readP99: number
  /** Per second. */
  readonly writes: number
}

/** The number of secrets in the list that is read with values. */
const LISTED = 100

/** Reads, writes, exchanges and lists with values; `seconds` for each. */
export async function requests(
  title: string,
  server: Served,
  seconds: number,
  budgets: RequestBudgets,
  line: Line,
): Promise<void> {
  const account = await makeAccount(server)
  const yard = await bare()
  const { token, vaultId } = account
  process.stdout.write(`\n${title}, 32 connections, beside a bare fastify route\n`)
  const secrets = `/v1/vaults/${vaultId}/secrets`
  const read = { token, path: () => `${secrets}/${SECRET}` }
  await load(server, 1, read)
  await load(yard, 1, { path: () => '/' })
  // The yardstick before and after, so a machine that slows down in between does not distort the ratio.
  const before = await load(yard, seconds / 2, { path: () => '/' })
  const reads = await load(server, seconds, read)
  const after = await load(yard, seconds / 2, { path: () => '/' })
  const yardstick = before.rate > after.rate ? before : after
  line('bare fastify', figureOf(yardstick))
  const show = shower(yardstick, line)
  const { reads: share, readP99, writes: most } = budgets
  show('secret read (policy, audit)', reads, { text: `≥ 1/${Math.round(1 / share)}`, kept: reads.rate >= yardstick.rate * share })
  line('secret read p99', `${reads.p99} ms`, { text: `${readP99} ms`, kept: reads.p99 <= readP99 })
  const write = { method: 'PUT', token, body: { value: 'x'.repeat(40) } } as const
  const writes = await load(server, seconds, { ...write, path: n => `${secrets}/bench/w${n % 1000}` })
  show('secret write (durable)', writes, { text: `≥ ${most}/s`, kept: writes.rate >= most })
  const exchange = { method: 'POST', path: () => '/v1/auth/agent-token', body: { api_key: account.agentKey } } as const
  show('agent token exchange', await load(server, seconds, exchange))
  await account.addSecrets(LISTED)
  const list = { method: 'POST', token, path: () => `/v1/vaults/${vaultId}/secret-values`, body: { prefix: 'listed/' } } as const
  show(`list of ${LISTED} with values`, await load(server, seconds, list))
  await yard.stop()
}

/** Transactions that a new server signs. */
export async function signatures(title: string, server: Served, seconds: number, least: number, line: Line): Promise<void> {
  process.stdout.write(`\nTransactions, ${title}, 32 connections\n`)
  const signs = await loadSigning(server, seconds)
  line('sign (guardrails, nonce, audit)', figureOf(signs), { text: `≥ ${least}/s`, kept: signs.rate >= least })
  failuresOf('sign', signs, line)
}

function shower(yardstick: Load, line: Line) {
  return (name: string, figures: Load, budget?: Budget) => {
    const ratio = `1/${(yardstick.rate / figures.rate).toFixed(1)}`
    line(name, figureOf(figures, ratio, `(${(figures.cpuMicros / yardstick.cpuMicros).toFixed(1)}×)`), budget)
    failuresOf(name, figures, line)
  }
}

function figureOf({ rate, p50, p99, cpuMicros }: Load, ratio = '', cpuRatio = ''): string {
  const parts = [`${rate.toFixed(0)}/s`, ratio, `p50 ${p50} ms`, `p99 ${p99} ms`, `${cpuMicros.toFixed(0)} µs cpu ${cpuRatio}`]
  return parts
    .filter(part => part !== '')
    .join('  ')
    .trimEnd()
}

function failuresOf(name: string, { failures }: Load, line: Line): void {
  if (failures > 0) line(`${name}: failed answers`, String(failures), { text: '0', kept: false })
}
