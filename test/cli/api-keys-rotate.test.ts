import { expect, it } from 'vitest'
import { fakeWorld, NOW, SIGNED_IN } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const ID = '5f0c2f0e-8a3c-4a5e-a8f7-0d9cf6a7c111'
const key = {
  ...{ id: ID, name: 'ci', key_prefix: '1ck_abcdefgh', scopes: [], is_active: true, created_at: '2026-01-01T00:00:00.000Z' },
  ...{ last_used_from: '203.0.113.7', replaced_by: ID },
}

const worldOf = () =>
  fakeWorld({
    env: SIGNED_IN,
    replies: {
      'api-keys.rotate': () => ({ key, api_key: '1ck_canary', replaced: key }),
      'api-keys.list': () => ({ keys: [key] }),
    },
  })

it('api-keys rotate prints only the new key, once, and says until when the old one works', async () => {
  const world = worldOf()
  await runCommand(world.context, 'api-keys', 'rotate', ID, '--keep-old', '1d', '--quiet')
  expect(world.stdout()).toBe('1ck_canary\n')
  expect(world.asked.at(-1)).toMatchObject({
    id: 'api-keys.rotate',
    input: { params: { key_id: ID }, body: { keep_old_until: new Date(NOW + 86_400_000).toISOString() } },
  })
})

it('api-keys list shows from where each key was used, and which one replaces it', async () => {
  const world = worldOf()
  await runCommand(world.context, 'api-keys', 'list', '--output', 'csv')
  expect(world.stdout()).toMatch(/203\.0\.113\.7,.*5f0c2f0e/)
})
