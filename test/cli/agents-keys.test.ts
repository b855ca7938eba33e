import { expect, it } from 'vitest'
import { AGENT_ID, fakeWorld, NOW, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const key = { slot: 'current' as const, key_prefix: 'ocv_abcdefgh', last_used_from: '203.0.113.7' }

const worldOf = () =>
  fakeWorld({
    env: SIGNED_IN,
    replies: {
      'agents.keys': () => ({ keys: [key, { ...key, slot: 'previous', key_prefix: 'ocv_12345678' }] }),
      'agents.add-key': () => ({ api_key: 'ocv_canary', keys: [key] }),
      'agents.revoke-key': () => undefined,
    },
  })

it('agents keys lists the keys of an agent with where they were used', async () => {
  const world = worldOf()
  await runCommand(world.context, 'agents', 'keys', AGENT_ID, '--output', 'csv')
  expect(world.stdout()).toContain('203.0.113.7')
  expect(world.stdout().trim().split('\n')).toHaveLength(3)
})

it('agents keys add prints only the new key, once, and says until when the old one works', async () => {
  const world = worldOf()
  await runCommand(world.context, 'agents', 'keys', 'add', AGENT_ID, '--keep-old', '1d', '--quiet')
  expect(world.stdout()).toBe('ocv_canary\n')
  expect(world.asked.at(-1)).toMatchObject({
    id: 'agents.add-key',
    input: { params: { agent_id: AGENT_ID }, body: { keep_old_until: new Date(NOW + 86_400_000).toISOString() } },
  })
})

it('agents keys revoke asks for confirmation', async () => {
  const unconfirmed = worldOf()
  await runCommand(unconfirmed.context, 'agents', 'keys', 'revoke', AGENT_ID)
  expect([unconfirmed.exitCode(), unconfirmed.asked]).toEqual([2, []])
  const world = worldOf()
  await runCommand(world.context, 'agents', 'keys', 'revoke', AGENT_ID, '--yes')
  expect(world.asked.map(({ id }) => id)).toEqual(['agents.revoke-key'])
})
