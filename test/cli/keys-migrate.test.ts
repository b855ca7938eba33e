import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { fakeWorld, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

type Plan = Reply<'keys.migration'>

const AT = '2026-03-01T12:00:00Z'
const STAYS: Plan['stays'] = [
  {
    kind: 'signing-key',
    vault_id: VAULT_ID,
    vault: 'treasury',
    path: 'eth/hot',
    reason: 'A signing key never leaves its store.',
  },
]

function planOf(more: Partial<Plan> = {}): Plan {
  return {
    to: { key_store: 'pkcs11 1f2e3d4c5b6a', place: 'token new (per-vault)' },
    connected: true,
    active: false,
    from: [{ key_store: 'software 0a1b2c3d4e5f', place: 'root.key' }],
    vaults: 2,
    server_keys: 0,
    signing_keys: 0,
    goes: [],
    rotations: 0,
    old_keys: 0,
    stays: STAYS,
    stays_total: STAYS.length,
    settings: [],
    ...more,
  }
}

/** A server whose migration takes three polls. */
function replies(end: Partial<Plan> = {}): Replies {
  const migration = { id: VAULT_ID, vaults: 2, started_at: AT }
  const steps: Partial<Plan>[] = [
    { vaults: 1, migration: { ...migration, status: 'running', moved: 1 } },
    { vaults: 0, old_keys: 2, migration: { ...migration, status: 'running', moved: 2 } },
    { vaults: 0, migration: { ...migration, status: 'completed', moved: 2, completed_at: AT }, ...end },
  ]
  let begun = false
  return {
    'keys.migration': () => planOf({ active: begun, ...(begun && steps.shift()) }),
    'keys.migrate': () => {
      begun = true
      return planOf({ active: true, migration: { ...migration, status: 'running', moved: 0 } })
    },
  }
}

const migrate = (world: ReturnType<typeof fakeWorld>, ...words: string[]) =>
  runCommand(world.context, 'keys', 'migrate', '--to', 'pkcs11', ...words)

describe('1claw keys migrate', () => {
  it('shows with --dry-run what moves and what stays, and changes nothing', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await migrate(world, '--dry-run', '--json')
    expect(world.stderr()).toContain('2 vault keys to move')
    expect(world.stderr()).toContain('treasury eth/hot: A signing key never leaves its store.')
    expect(JSON.parse(world.stdout())).toMatchObject({ vaults: 2, stays: STAYS })
    expect(world.asked.map(({ id }) => id)).not.toContain('keys.migrate')
  })

  it('shows what stays before it starts, then its progress, and keeps the old store in the settings', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await migrate(world, '--yes', '--json')
    const said = world.stderr()
    const order = [
      'Not moved (1):',
      '0 of 2 vault keys moved.',
      '1 of 2 vault keys moved.',
      'Waiting about a minute until 2 old keys',
    ]
    expect(order.map(line => said.indexOf(line)).every((at, i, all) => at > (all[i - 1] ?? -1))).toBe(true)
    expect(said).toContain('Keep root.key in the settings')
    expect(JSON.parse(world.stdout())).toMatchObject({ migration: { status: 'completed', moved: 2 } })
  })

  it('says which settings to change when nothing is left', async () => {
    const settings = ['Set ONECLAW_KEYSTORE=pkcs11.']
    const world = fakeWorld({ env: SIGNED_IN, replies: replies({ stays: [], stays_total: 0, settings }) })
    await migrate(world, '--yes')
    expect(world.stderr()).toContain('Everything has been moved')
    expect(world.stderr()).toContain('Set ONECLAW_KEYSTORE=pkcs11.')
  })

  it('asks first, and without a terminal needs --yes', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies: replies() })
    await migrate(world)
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).toContain('--yes')
    expect(world.asked.map(({ id }) => id)).not.toContain('keys.migrate')
  })

  it('watches a running migration without a prompt and without starting another', async () => {
    let looks = 0
    const statusNow = () => (looks++ === 0 ? 'running' : 'completed')
    const migration = { id: VAULT_ID, vaults: 2, moved: 1, started_at: AT }
    const replies: Replies = {
      'keys.migration': () => planOf({ active: true, migration: { ...migration, status: statusNow() } }),
    }
    const world = fakeWorld({ env: SIGNED_IN, replies })
    await migrate(world)
    expect(world.exitCode()).toBe(0)
    expect(world.stderr()).toContain('Migration completed.')
    expect(world.asked.map(({ id }) => id)).not.toContain('keys.migrate')
  })

  it('starts nothing when all keys are already moved', async () => {
    const all = planOf({ active: true, vaults: 0, stays: [], stays_total: 0 })
    const world = fakeWorld({ env: SIGNED_IN, replies: { 'keys.migration': () => all } })
    await migrate(world)
    expect(world.stderr()).toContain('Nothing to move.')
    expect(world.exitCode()).toBe(0)
  })
})
