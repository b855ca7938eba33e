import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const OTHER = '99999999-9999-4999-8999-999999999999'
const AT = '2026-03-01T12:00:00Z'
const vaultOf = (id: string, name: string) => ({ id, name, created_at: AT, cmek_enabled: false })
const VAULTS = [vaultOf(VAULT_ID, 'production'), vaultOf(OTHER, 'staging')]

/** A server whose rotations take two polls each. */
function replies(status: 'completed' | 'failed' = 'completed'): Replies {
  let looks = 0
  const jobOf = (vault_id: string, processed: number, now: 'running' | typeof status) => {
    const error = now === 'failed' ? { error: 'Some versions do not open.' } : {}
    return { id: OTHER, vault_id, status: now, total_versions: 3, processed, created_at: AT, ...error }
  }
  return {
    'vaults.list': () => ({ vaults: VAULTS }),
    'vaults.get': () => vaultOf(VAULT_ID, 'production'),
    'keys.rotate': ({ params }) => jobOf(params.vault_id, 0, 'running'),
    'keys.rotation': ({ params }) => jobOf(params.vault_id, ++looks % 2 ? 1 : 3, looks % 2 ? 'running' : status),
  }
}

const STATUS = {
  keystore: 'software',
  fingerprint: 'ab'.repeat(32),
  seal: 'passphrase',
  keys: [
    { key: 'data-box', number: 2, state: 'current', kind: 'AES-256-GCM', held: 'database', uses: 7, limit: 2 ** 32 },
    { key: 'jwt', number: 1, state: 'retiring', kind: 'Ed25519', held: 'keystore', ends_at: AT },
    { key: 'pepper', number: 1, state: 'retiring', kind: 'HMAC-SHA-256', held: 'database', remaining: 12 },
  ],
  vault_keys: {
    kind: 'AES-256-GCM',
    count: 3,
    in_keystore: 0,
    in_database: 3,
    most_uses: 2 ** 30,
    rotated_at: 2 ** 31,
    limit: 2 ** 32,
  },
  rotations: [{ id: OTHER, kind: 'vault-key', vault_id: VAULT_ID, total: 10, processed: 4, created_at: AT }],
} as const satisfies Reply<'keys.status'>

describe('1claw keys status', () => {
  it('lists keys, what of their limits is used, what still needs them, and running rotations', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'keys.status': () => STATUS } })
    await runCommand(world.context, 'keys', 'status')
    const lines = world.stdout().split('\n')
    expect(lines.find(line => line.includes('data-box'))).toMatch(/2 +current +AES-256-GCM +database, wrapped +<0.01%/)
    expect(lines.find(line => line.includes('pepper'))).toMatch(/retiring .* 12/)
    expect(lines.find(line => line.includes('vaults'))).toMatch(/3 keys +AES-256-GCM +database, wrapped +25.00%/)
    expect(world.stderr()).toContain('The root key is sealed with a passphrase.')
    expect(lines.find(line => line.includes(VAULT_ID))).toMatch(/vault-key .* 4 +10/)
  })

  it('reports the key of one vault, and who can read an unsealed root key', async () => {
    const alone = { ...STATUS, seal: 'none', vault_keys: { ...STATUS.vault_keys, count: 1 } } as const
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'keys.status': () => alone } })
    await runCommand(world.context, 'keys', 'status')
    expect(world.stdout()).toMatch(/vaults +- +1 key +AES/)
    expect(world.stderr()).toContain('anyone who has root.key and the database can read everything')
  })

  it('is one table as CSV, without the rotations', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'keys.status': () => STATUS } })
    await runCommand(world.context, 'keys', 'status', '--output', 'csv')
    const lines = world.stdout().trimEnd().split('\r\n')
    expect(lines[0]).toMatch(/^key,number,state,/)
    expect(world.stdout()).not.toContain(VAULT_ID)
  })

  it('prints the reply of the server as JSON', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'keys.status': () => STATUS } })
    await runCommand(world.context, 'keys', 'status', '--json')
    expect(JSON.parse(world.stdout())).toEqual(STATUS)
  })
})

describe('1claw keys rotate', () => {
  it('waits for the end and shows the progress', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await runCommand(world.context, 'keys', 'rotate', '--json')
    expect(world.stderr()).toContain('production: 1 of 3 versions.')
    expect(JSON.parse(world.stdout())).toMatchObject({ vault: 'production', status: 'completed', processed: 3 })
  })

  it('rotates all vaults that the caller manages, and names the others', async () => {
    const own = replies()
    const denied: Replies = {
      ...own,
      'keys.rotate': input => {
        if (input.params.vault_id === OTHER) throw new Problem('policy.denied')
        return own['keys.rotate']?.(input) as never
      },
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: denied })
    await runCommand(world.context, 'keys', 'rotate', '--all', '--json')
    expect(JSON.parse(world.stdout())).toHaveLength(1)
    expect(world.stderr()).toContain('staging: skipped')
  })

  it('fails when a version does not open, and says that the old key was kept', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies('failed') })
    await runCommand(world.context, 'keys', 'rotate')
    expect(world.exitCode()).not.toBe(0)
    expect(world.stderr()).toContain('the old key was kept')
  })

  it('replaces a key of the server and waits until it is used', async () => {
    const serverKey = (state: 'upcoming' | 'current') =>
      ({ key: 'jwt', number: 2, state, kind: 'Ed25519', held: 'keystore', created_at: AT }) as const
    let looks = 0
    const world = fakeWorld({
      env: SIGNED_IN,
      replies: {
        'keys.rotate-server': ({ params }) => ({ ...serverKey('upcoming'), key: params.key }),
        'keys.status': () => ({ ...STATUS, keys: [serverKey(++looks > 1 ? 'current' : 'upcoming')] }),
      },
    })
    await runCommand(world.context, 'keys', 'rotate', '--key', 'jwt', '--json')
    expect(JSON.parse(world.stdout())).toMatchObject({ key: 'jwt', number: 2, state: 'current' })
    expect(world.stderr()).toContain('1claw keys status')
    expect(world.asked.map(({ id }) => id)).toEqual(['keys.rotate-server', 'keys.status', 'keys.status'])
  })

  it('refuses a vault together with --all or --key', async () => {
    const beside = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await runCommand(beside.context, 'keys', 'rotate', '--key', 'jwt', '--vault', 'production')
    expect([beside.exitCode(), beside.asked]).toEqual([2, []])

    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await runCommand(world.context, 'keys', 'rotate', '--all', '--vault', 'production')
    expect(world.exitCode()).toBe(2)
    expect(world.asked).toEqual([])
  })
})
