import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { fakeWorld, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const BASE: Reply<'chains.update'> = {
  id: VAULT_ID,
  name: 'base',
  display_name: 'Base',
  chain_id: 8453,
  rpc_url: 'https://one.example, https://two.example',
  native_currency: 'ETH',
  is_testnet: false,
  is_enabled: true,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
}

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), '1claw-chains-'))
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

describe('chains', () => {
  it('are listed without signing in', async () => {
    const world = fakeWorld({
      env: { ONECLAW_API_URL: SERVER },
      replies: { 'chains.list': () => ({ chains: [BASE] }), 'chains.get': () => BASE },
    })
    await runCommand(world.context, 'chains', 'list', '--output', 'name')
    await runCommand(world.context, 'chains', 'get', '8453', '--json')
    expect(world.stdout()).toBe(`base\n${JSON.stringify(BASE, undefined, 2)}\n`)
    expect(world.asked.every(({ credential }) => credential === undefined)).toBe(true)
  })
})

describe('the balance of an address', () => {
  const address = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'
  const balance = { chain: 'base', chain_id: 8453, address, balance_wei: '1500000000000000000', native_currency: 'ETH' }

  it('is shown in whole units, and for programs as the node returned it', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'chains.balance': () => balance } })
    await runCommand(world.context, 'chains', 'balance', 'base', address, '--output', 'tsv')
    await runCommand(world.context, 'chains', 'balance', 'base', address, '--json')
    expect(world.stdout()).toBe(`address\tchain\tbalance\n${address}\tbase\t1.5 ETH\n${JSON.stringify(balance, undefined, 2)}\n`)
    expect(world.asked[0]?.input).toEqual({ params: { identifier: 'base', address } })
  })
})

describe('admin chains', () => {
  it('shows nodes and time limits', async () => {
    const chains = [{ ...BASE, rpc_timeout_ms: 250 }]
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'chains.admin-list': () => ({ chains }) } })
    await runCommand(world.context, 'admin', 'chains', '--output', 'tsv')
    expect(world.stdout()).toBe(
      'name\tchain id\tcurrency\ttestnet\tenabled\trpc\ttime limit\nbase\t8453\tETH\tfalse\ttrue\thttps://one.example,https://two.example\t250 ms\n',
    )
  })

  it('adds a chain with nodes from a file, and prints its name', async () => {
    const file = join(folder, 'nodes.txt')
    writeFileSync(file, 'https://one.example/key\nhttps://two.example\n')
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'chains.create': () => BASE } })
    const words = ['--chain-id', '130', '--rpc-url', `@${file}`, '--rpc-url', 'https://three.example', '--testnet']
    await runCommand(world.context, 'admin', 'chains', 'add', 'unichain', ...words)
    expect(world.asked.at(-1)?.input).toEqual({
      body: {
        name: 'unichain',
        display_name: 'unichain',
        chain_id: 130,
        rpc_url: 'https://one.example/key\nhttps://two.example https://three.example',
        is_testnet: true,
      },
    })
    expect(world.stderr()).toBe('Added the chain base (8453).\n')
  })

  it.each(['base', 'BASE', '8453', VAULT_ID])('changes the given chain: %s', async word => {
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: { 'chains.admin-list': () => ({ chains: [BASE] }), 'chains.update': () => BASE },
    })
    await runCommand(world.context, 'admin', 'chains', 'update', word, '--no-enabled', '--rpc-timeout', '3000')
    expect(world.asked.at(-1)?.input).toEqual({
      params: { chain_id: VAULT_ID },
      body: { is_enabled: false, rpc_timeout_ms: 3000 },
    })
  })

  it('reports what it cannot do', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'chains.admin-list': () => ({ chains: [BASE] }) } })
    await runCommand(world.context, 'admin', 'chains', 'update', 'base')
    expect([world.exitCode(), world.stderr()]).toEqual([2, expect.stringContaining('Nothing to change: pass at least one flag.')])
    await runCommand(world.context, 'admin', 'chains', 'update', 'nowhere', '--enabled')
    expect([world.exitCode(), world.stderr()]).toEqual([3, expect.stringContaining('There is no chain "nowhere".')])
    await runCommand(world.context, 'admin', 'chains', 'remove', 'base')
    expect([world.exitCode(), world.stderr()]).toEqual([2, expect.stringContaining('Add --yes to confirm.')])
  })

  it('removes a chain', async () => {
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: { 'chains.admin-list': () => ({ chains: [BASE] }), 'chains.delete': () => undefined },
    })
    await runCommand(world.context, 'admin', 'chains', 'remove', '8453', '--yes')
    expect(world.asked.at(-1)).toMatchObject({ id: 'chains.delete', input: { params: { chain_id: VAULT_ID } } })
  })
})
