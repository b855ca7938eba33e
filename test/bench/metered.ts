import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { bearer } from '../../src/client/auth.ts'
import { createClient } from '../../src/client/client.ts'
import { undiciTransport } from '../../src/client/transport-undici.ts'
import { makeAccount, SECRET } from './account.ts'
import { load } from './load.ts'
import { type Served, serve } from './servers.ts'

type Line = (name: string, figure: string, budget?: { text: string; kept: boolean }) => void

const MODES = ['billing off', 'counted', 'enforced'] as const
const TURNS = 16
/** The maximum share that counting can add to a read. */
const BUDGET = 1.03

interface Measured {
  readonly server: Served
  readonly dir: string
  readonly token: string
  readonly path: string
  readonly cpu: number[]
  rate: number
}

async function prepare(mode: (typeof MODES)[number]): Promise<Measured> {
  const dir = await mkdtemp(join(tmpdir(), '1claw-bench-metered-'))
  const server = await serve(dir, mode === 'billing off' ? { ONECLAW_METERING: 'off' } : {})
  // The first account belongs to the platform, which is never limited.
  const admin = await makeAccount(server)
  const { token, vaultId, orgId: org_id } = await makeAccount(server)
  if (mode === 'enforced') {
    const client = createClient({ baseUrl: server.url, transport: undiciTransport(), auth: bearer(admin.token) })
    await client.call('admin.set-limits', { params: { org_id }, body: { free_tier_override: 1_000_000_000 } })
    await client.call('admin.set-setting', { params: { key: 'billing.enforced' }, body: { value: 'true' } })
    await client.close()
  }
  return { server, dir, token, path: `/v1/vaults/${vaultId}/secrets/${SECRET}`, cpu: [], rate: 0 }
}

/** The read without billing, counted, and with a limit: alternately, so all three meet the same machine. */
export async function metered(seconds: number, line: Line): Promise<void> {
  process.stdout.write('\nReads and billing, SQLite, software keys, 32 connections, by turns\n')
  const all = await Promise.all(MODES.map(prepare))
  for (let turn = 0; turn <= TURNS; turn++) {
    // Back and forth, so none always comes after the same one.
    for (const each of turn % 2 === 0 ? all : all.toReversed()) {
      const figures = await load(each.server, Math.max(1, seconds / TURNS), { token: each.token, path: () => each.path })
      if (figures.failures > 0) line('failed answers', String(figures.failures), { text: '0', kept: false })
      // The first round warms up.
      if (turn === 0) continue
      each.cpu.push(figures.cpuMicros)
      each.rate += figures.rate / TURNS
    }
  }
  const [off] = all
  for (const [index, { cpu, rate }] of all.entries()) {
    const ratio = median(cpu.map((micros, turn) => micros / (off?.cpu[turn] ?? micros)))
    const figure = `${rate.toFixed(0)}/s  ${median(cpu).toFixed(0)} µs cpu  ${ratio.toFixed(2)}×`
    const mode = MODES[index] ?? ''
    line(mode, figure, mode === 'counted' ? { text: `${BUDGET}× of billing off`, kept: ratio <= BUDGET } : undefined)
  }
  for (const { server, dir } of all) {
    await server.stop()
    await rm(dir, { recursive: true, force: true })
  }
}

/** For neighbouring rounds. */
function median(values: readonly number[]): number {
  return [...values].sort((one, other) => one - other)[Math.floor(values.length / 2)] ?? 0
}
