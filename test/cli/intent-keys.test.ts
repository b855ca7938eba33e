import { privateKeyToAddress } from 'viem/accounts'
import { describe, expect, it } from 'vitest'
import type { Input, Reply } from '../../src/client/client.ts'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const TO = '0x70997970C51812dc3A010C7d01b50e0d17dc79C8'

const VAULT = { id: VAULT_ID, name: 'production', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }

const chain: Reply<'chains.get'> = {
  id: VAULT_ID,
  name: 'base',
  display_name: 'Base',
  chain_id: 8453,
  native_currency: 'ETH',
  is_testnet: false,
  is_enabled: true,
  created_at: '2026-01-01T00:00:00.000Z',
  updated_at: '2026-01-01T00:00:00.000Z',
}

describe('intents keys create', () => {
  const written = { id: VAULT_ID, path: 'keys/base-signer', type: 'private_key', version: 1, created_at: '2026-03-01T12:00:00Z' }
  const found = { 'chains.get': () => chain, 'secrets.list': () => ({ secrets: [] }) }

  it('lets the server create a key that never leaves it', async () => {
    const made = { ...written, address: TO, public_key: '0x04', provider: 'pkcs11' }
    const world = fakeWorld({ env: SIGNED_IN, replies: { ...found, 'intents.create-key': () => made } })
    await runCommand(world.context, 'intents', 'keys', 'create', '--chain', '8453', '--hsm', '--json')
    expect(world.asked.at(-1)).toMatchObject({
      id: 'intents.create-key',
      input: { params: { path: 'keys/base-signer', vault_id: VAULT_ID } },
    })
    expect(JSON.parse(world.stdout())).toEqual({ path: 'keys/base-signer', address: TO, provider: 'pkcs11', version: 1 })
  })

  it('creates an ordinary key on this machine otherwise, and does not show it', async () => {
    let value = ''
    const put = ({ body }: Input<'secrets.put'>) => {
      value = body.value
      return { ...written, path: 'wallets/hot' }
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: { ...found, 'vaults.get': () => VAULT, 'secrets.put': put } })
    await runCommand(world.context, 'intents', 'keys', 'create', '--path', 'wallets/hot', '--json')
    expect(value).toMatch(/^0x[0-9a-f]{64}$/)
    expect(JSON.parse(world.stdout())).toMatchObject({ address: privateKeyToAddress(value as `0x${string}`), provider: 'vault' })
    expect(world.stdout() + world.stderr()).not.toContain(value.slice(2))
  })

  it('overwrites nothing', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { ...found, 'secrets.list': () => ({ secrets: [written] }) } })
    await runCommand(world.context, 'intents', 'keys', 'create', '--chain', 'base', '--hsm')
    expect(world.exitCode()).toBe(6)
  })
})
