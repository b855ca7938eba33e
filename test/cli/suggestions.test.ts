import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { fakeWorld, type Replies, SERVER, SIGNED_IN, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-suggestions-'))
  const names = { vaults: {}, agents: [], secrets: { [VAULT_ID]: ['prod/db/password', 'test/x'] } }
  writeFileSync(join(folder, 'completion.json'), JSON.stringify({ [`default@${SERVER}`]: names }))
})
afterEach(() => rmSync(folder, { recursive: true }))

const SECRET = {
  path: 'prod/db/password',
  type: 'generic',
  version: 1,
  value: 'x',
} as Reply<'secrets.read-many'>['secrets'][number]

const replies: Replies = {
  'vaults.list': () => ({
    vaults: [{ id: VAULT_ID, name: 'production', created_at: '2026-03-01T12:00:00Z', cmek_enabled: false }],
  }),
  'agents.list': () => ({ agents: [] }),
  'org.members': () => ({ members: [{ email: 'ada@example.com' } as Reply<'org.members'>['members'][number]] }),
  'secrets.get': () => {
    throw new Problem('resource.unknown', 'There is no secret at this path.')
  },
  'secrets.read-many': ({ body: { paths = [] } = {} }) => {
    if (paths[0] === 'prod/db/password') return { secrets: [SECRET] }
    throw new Problem('resource.unknown', `There is no secret at ${paths[0]}.`)
  },
  'chains.get': () => {
    throw new Problem('resource.unknown', 'There is no chain with this name or id.')
  },
  'chains.list': () => ({ chains: [{ name: 'base' } as Reply<'chains.get'>] }),
}

it.each([
  [['secrets', 'get', 'prod/db/pasword'], 'prod/db/password'],
  [['secrets', 'list', '--vault', 'prodution'], 'production'],
  [['vaults', 'list', '--output', 'jsn'], 'json'],
  [['export', '--format', 'dotnev'], 'dotenv'],
  [['completion', 'zhs'], 'zsh'],
  [['secrets', 'list', '--prefx', 'a'], '--prefix'],
  [['config', 'get', 'api_ur'], 'api_url'],
  [['profiles', 'remove', 'wrk', '--yes'], 'work'],
  [['profiles', 'use', 'wrk'], 'work'],
  [['read', '1claw://production/prod/db/pasword'], 'prod/db/password'],
  [['run', 'prod/db/pasword', '--', 'true'], 'prod/db/password'],
  [['export', 'prod/db/password', '--only', 'PASWORD'], 'PASSWORD'],
  [['chains', 'get', 'bsae'], 'base'],
  [['org', 'role', 'ada@exmple.com', 'admin'], 'ada@example.com'],
  [['api', 'GTE', '/v1/vaults'], 'GET'],
])('a mistyped word gets a suggestion: %j', async (words, meant) => {
  const settings = { current: 'default', profiles: { default: {}, work: {} } }
  const world = fakeWorld({ env: SIGNED_IN, replies, settings, configDir: folder })
  await runCommand(world.context, ...words)
  expect(world.exitCode()).toBeGreaterThan(0)
  expect(world.stderr()).toContain(`hint: Did you mean ${meant}?`)
})

it('a word unlike any other gets no suggestion, but the list', async () => {
  const world = fakeWorld({ env: SIGNED_IN, replies, configDir: folder })
  await runCommand(world.context, 'secrets', 'get', 'nothing/of/the/kind')
  expect(world.stderr()).not.toContain('Did you mean')
  expect(world.stderr()).toContain('hint: See the paths with `1claw secrets list`.')
})
