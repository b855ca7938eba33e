import { expect, it } from 'vitest'
import { fakeWorld, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const OTHER = '77777777-7777-4777-8777-777777777777'
const results = [
  { kind: 'policy', id: OTHER, name: 'web/**', about: 'agent:x', vault_id: OTHER, vault_name: 'staging' },
  { kind: 'secret', id: OTHER, name: 'web/hook-of-old', about: 'generic', vault_id: OTHER, vault_name: 'staging' },
  { kind: 'secret', id: VAULT_ID, name: 'stripe/webhook', about: 'api_key', vault_id: VAULT_ID, vault_name: 'production' },
] as const

async function find(words: readonly string[], found: readonly (typeof results)[number][] = results) {
  const world = fakeWorld({
    env: SIGNED_IN,
    replies: {
      'search.find': () => ({ results: [...found] }),
      'vaults.list': () => ({
        vaults: [{ id: VAULT_ID, name: 'production', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }],
      }),
    },
  })
  await runCommand(world.context, 'find', ...words)
  return world
}

it('find searches everything with that name and prints the best match first', async () => {
  const world = await find(['webhook', '--output', 'name'])
  expect(world.asked).toMatchObject([{ id: 'search.find', input: { query: { q: 'webhook' } } }])
  expect(world.stdout().split('\n')[0]).toBe('stripe/webhook')
})

it('find searches the given kinds, and can be limited to a vault', async () => {
  const world = await find(['web', '--kind', 'secret,policy', '--vault', 'production', '--output', 'name'])
  expect(world.asked.at(-1)).toMatchObject({ id: 'search.find', input: { query: { q: 'web', kinds: 'secret,policy' } } })
  expect(world.stdout()).toBe('stripe/webhook\n')
})

it('find reports that nothing has that name', async () => {
  const world = await find(['zebra'], [])
  expect(world.stderr()).toContain('Nothing that you can list matches "zebra".')
  expect(world.exitCode()).toBe(0)
})
