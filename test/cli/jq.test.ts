import { describe, expect, it } from 'vitest'
import { fakeWorld, type Replies, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CREATED = '2026-03-01T12:00:00Z'
const KEY = '1ck_canary'
const calls: string[] = []
const called = <T>(operation: string, reply: T): T => {
  calls.push(operation)
  return reply
}
const replies: Replies = {
  'vaults.list': () =>
    called('vaults.list', {
      vaults: ['prod', 'staging'].map(name => ({ id: VAULT_ID, name, created_at: CREATED, cmek_enabled: false })),
    }),
  'api-keys.create': ({ body }) =>
    called('api-keys.create', {
      key: { id: USER_ID, name: body.name, key_prefix: '1ck_', scopes: [], is_active: true, created_at: CREATED },
      api_key: KEY,
    }),
}

async function cli(...words: string[]) {
  return cliIn(SIGNED_IN, ...words)
}

async function cliIn(env: Readonly<Record<string, string>>, ...words: string[]) {
  calls.length = 0
  const world = fakeWorld({ env, replies })
  await runCommand(world.context, ...words)
  return world
}

describe('--jq', () => {
  it('prints the result of the expression, and nothing else', async () => {
    const world = await cli('vaults', 'list', '--jq', '.[].name')
    expect([world.stdout(), world.stderr(), world.exitCode()]).toEqual(['prod\nstaging\n', '', 0])
  })

  it('is refused with exit code 2 before any request when it is invalid', async () => {
    const world = await cli('api-keys', 'create', 'ci', '--jq', '.[')
    expect(world.exitCode()).toBe(2)
    expect(calls).toEqual([])
    expect(JSON.parse(world.stderr())).toMatchObject({
      error: { code: 'usage', detail: expect.stringMatching(/line 1, column 2/) },
    })
  })

  it('cannot be combined with another output format', async () => {
    const world = await cli('vaults', 'list', '--jq', '.', '-o', 'yaml')
    expect([world.exitCode(), calls]).toEqual([2, []])
  })

  it('prints a one-time secret even if the expression fails', async () => {
    const world = await cli('api-keys', 'create', 'ci', '--jq', '.api_key.nothing')
    expect(world.exitCode()).toBe(2)
    expect(world.stdout().split('\n')[0]).toBe(KEY)
    expect((await cli('api-keys', 'create', 'ci', '--jq', '.api_key')).stdout()).toBe(`${KEY}\n`)
  })
})

describe('a one-time secret', () => {
  it.each([[[]], [['--json']], [['--quiet']], [['--jq', '.api_key']]])(
    'is masked in the log of a CI job before it is printed: %j',
    async words => {
      const job = await cliIn({ ...SIGNED_IN, GITHUB_ACTIONS: 'true' }, 'api-keys', 'create', 'ci', ...words)
      expect(job.stderr().startsWith(`::add-mask::${KEY}\n`)).toBe(true)
      expect(job.stdout()).toContain(KEY)
      expect((await cli('api-keys', 'create', 'ci', ...words)).stderr()).not.toContain('mask')
    },
  )
})
