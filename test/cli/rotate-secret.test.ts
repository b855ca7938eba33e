import { describe, expect, it } from 'vitest'
import { Problem } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, NOW, type Replies, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const ago = (days: number) => new Date(NOW - days * 86_400_000).toISOString()
const version = { id: AGENT_ID, path: 'db/url', type: 'generic', created_at: ago(1) }
const entry = {
  principal_id: AGENT_ID,
  principal_type: 'agent' as const,
  allowed: true,
  rule: 'policy',
  reason: 'A policy grants it.',
  policies: [],
}
const principals = [
  { ...entry, name: 'deployer', last_read_at: ago(3), last_read_version: 4 },
  { ...entry, name: 'old-ci', last_read_at: ago(40), last_read_version: 2 },
  { ...entry, name: 'idle' },
  { ...entry, name: 'bot', last_read_at: ago(5), last_read_version: 3 },
]

const replies: Replies = {
  'secrets.versions': () => ({ versions: [{ ...version, version: 4 }] }),
  'policies.access': () => ({ path: 'db/url', permission: 'read', principals }),
  'secrets.rotate': () => ({ ...version, vault_id: VAULT_ID, version: 5 }),
}

describe('secrets rotate at a terminal', () => {
  it('shows who read it in the last 30 days and who holds an older version, and asks', async () => {
    const world = fakeWorld({ env: SIGNED_IN, replies, tty: true, answers: [false] })
    expect(await runCommand(world.context, 'secrets', 'rotate', 'db/url')).not.toBe(0)
    expect(world.stderr()).toContain('Read in the last 30 days by deployer (3 days ago), bot (5 days ago).\n')
    expect(world.stderr()).toContain('Last read an older version: old-ci (v2), bot (v3).\n')
    expect(world.asked.map(({ id }) => id)).not.toContain('secrets.rotate')
  })

  it('rotates after a yes, even for a person who cannot see its readers', async () => {
    const denied = () => {
      throw new Problem('policy.denied', 'No policy grants it.')
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: { ...replies, 'policies.access': denied }, tty: true, answers: [true] })
    await runCommand(world.context, 'secrets', 'rotate', 'db/url')
    expect(world.stderr()).toContain('Who read it is told only to those who manage the policies of the vault.')
    expect(world.asked.map(({ id }) => id)).toContain('secrets.rotate')
  })
})

it.each([
  { what: 'with --yes', tty: true, words: ['--yes'] },
  { what: 'where nobody can be asked', tty: false, words: [] },
])('secrets rotate asks nothing $what', async ({ tty, words }) => {
  const world = fakeWorld({ env: SIGNED_IN, replies, tty })
  await runCommand(world.context, 'secrets', 'rotate', 'db/url', ...words)
  expect(world.asked.map(({ id }) => id)).toEqual(['secrets.rotate'])
})
