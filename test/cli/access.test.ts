import { mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { Input, Reply } from '../../src/client/client.ts'
import { AGENT_ID, fakeWorld, type Replies, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CREATED = '2026-03-01T12:00:00Z'
const AGENT: Reply<'agents.get'> = {
  id: AGENT_ID,
  name: 'bot',
  auth_method: 'api_key',
  is_active: true,
  intents_api_enabled: false,
  shroud_enabled: false,
  created_at: CREATED,
}
const KEY = 'ocv_canary'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-access-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

const replies: Replies = {
  'agents.list': () => ({ agents: [AGENT, { ...AGENT, id: USER_ID, name: 'twin' }, { ...AGENT, id: VAULT_ID, name: 'twin' }] }),
  'agents.register': ({ body }) => ({
    agent: { ...AGENT, intents_api_enabled: body.intents_api_enabled ?? false },
    api_key: KEY,
  }),
  'agents.rotate-key': () => ({ api_key: KEY }),
  'agents.update': () => AGENT,
  'agents.deactivate': () => undefined,
  'auth.agent-token': () => ({
    access_token: 'jwt_canary',
    token_type: 'Bearer',
    expires_in: 3600,
    agent_id: AGENT_ID,
    vault_ids: [],
  }),
  'api-keys.create': ({ body }) => ({
    key: { id: USER_ID, name: body.name, key_prefix: '1ck_', scopes: [], is_active: true, created_at: CREATED },
    api_key: '1ck_canary',
  }),
  'vaults.list': () => ({ vaults: [{ id: VAULT_ID, name: 'prod', created_at: CREATED, cmek_enabled: false }] }),
  'account.me': () => ({
    id: USER_ID,
    email: 'me@example.com',
    auth_method: 'password',
    role: 'owner',
    email_verified: true,
    marketing_emails: false,
    totp_enabled: false,
    org_id: VAULT_ID,
    created_at: CREATED,
  }),
  'policies.create': ({ params, body }) => ({
    id: USER_ID,
    vault_id: params.vault_id,
    secret_path_pattern: body.secret_path_pattern,
    principal_type: body.principal_type,
    principal_id: body.principal_id,
    permissions: body.permissions,
    created_at: CREATED,
  }),
}

function worldOf(options: Omit<Parameters<typeof fakeWorld>[0] & {}, 'replies'> = {}) {
  return fakeWorld({ env: SIGNED_IN, ...options, replies })
}

describe.each([
  ['the key of a new agent', ['agents', 'create', 'bot'], KEY],
  ['a rotated key', ['agents', 'rotate-key', 'bot', '--yes'], KEY],
  ['an API key', ['api-keys', 'create', 'laptop'], '1ck_canary'],
  ['a token of an agent', ['agents', 'token'], 'jwt_canary'],
])('%s', (_, words, secret) => {
  const stdin = 'ocv_key\n'

  it('is the only thing on stdout', async () => {
    const world = worldOf({ stdin })
    await runCommand(world.context, ...words, '--quiet')
    expect([world.stdout(), world.stderr()]).toEqual([`${secret}\n`, ''])
    const talking = worldOf({ stdin })
    await runCommand(talking.context, ...words)
    expect(talking.stdout()).toBe(`${secret}\n`)
    expect(talking.stderr()).toContain('not shown again')
    expect(talking.stderr()).not.toContain(secret)
  })

  it('goes to a file that only its owner can read', async () => {
    const file = join(folder, 'key')
    const world = worldOf({ stdin })
    await runCommand(world.context, ...words, '--out-file', file)
    expect([readFileSync(file, 'utf8'), statSync(file).mode & 0o777, world.stdout()]).toEqual([`${secret}\n`, 0o600, ''])
  })

  it('is not lost with a file that cannot be written', async () => {
    const world = worldOf({ stdin })
    await runCommand(world.context, ...words, '--out-file', join(folder, 'no', 'such', 'folder'))
    expect([world.exitCode(), world.stdout()]).toEqual([2, `${secret}\n`])
    expect(world.stderr()).toContain('no/such')
  })

  it('goes to stdout when the file is -', async () => {
    const world = worldOf({ stdin })
    await runCommand(world.context, ...words, '--out-file', '-', '--quiet')
    expect([world.exitCode(), world.stdout()]).toEqual([0, `${secret}\n`])
  })

  it('is part of the JSON', async () => {
    const world = worldOf({ stdin })
    await runCommand(world.context, ...words, '--json')
    expect(JSON.stringify(JSON.parse(world.stdout()))).toContain(`"${secret}"`)
    expect(world.stderr()).toBe('')
  })
})

describe('agents', () => {
  it('are made as the flags say', async () => {
    const world = worldOf()
    await runCommand(
      world.context,
      ...['agents', 'create', 'bot', '--scope', 'prod/**', '--scope', 'ci/*', '--only-vault', 'prod', '--token-ttl', '15m'],
      ...['--description', 'CI', '--expires-in', '30d', '-q'],
    )
    expect(world.asked.at(-1)?.input).toEqual({
      body: {
        name: 'bot',
        description: 'CI',
        scopes: ['prod/**', 'ci/*'],
        vault_ids: [VAULT_ID],
        token_ttl_seconds: 900,
        expires_at: '2026-03-31T12:00:00.000Z',
      },
    })
  })

  it('that can sign without a limit are warned of, in red on a terminal', async () => {
    const world = worldOf({ tty: true })
    await runCommand(world.context, 'agents', 'create', 'bot', '--intents', '--quiet')
    expect(world.stderr()).toBe(
      '\u001b[31mwarning: this agent can sign transactions without a limit on --tx-chain, --tx-to, --tx-max-value, --tx-daily-limit.\u001b[0m\n',
    )
    const harmless = worldOf()
    await runCommand(harmless.context, 'agents', 'create', 'bot', '--quiet')
    expect(harmless.stderr()).toBe('')
  })

  it('whose scopes match nothing that is there are warned of, by each such scope', async () => {
    const scopes = ['vault.read', 'prod/**', 'ci/*', 'prod/*/deep', 'team:ops']
    const asking: Replies = {
      ...replies,
      'agents.register': () => ({ agent: { ...AGENT, scopes }, api_key: KEY }),
      'secrets.list': ({ query }) => ({
        secrets: ['prod/db', 'vault.read/below']
          .filter(path => path.startsWith(query?.prefix ?? ''))
          .map(path => ({ id: USER_ID, path, type: 'generic', version: 1, created_at: CREATED })),
      }),
    }
    const create = ['agents', 'create', 'bot', ...scopes.flatMap(scope => ['--scope', scope]), '--quiet']
    const world = fakeWorld({ env: SIGNED_IN, replies: asking })
    await runCommand(world.context, ...create)
    const warning = (scope: string) =>
      `warning: The scope ${scope} matches no secret. The agent can only read paths that its scopes match.\n`
    expect([world.stdout(), world.stderr()]).toEqual([
      `${KEY}\n`,
      warning('vault.read') + warning('ci/*') + warning('prod/*/deep'),
    ])
    const blind = fakeWorld({ env: SIGNED_IN, replies: { ...asking, 'secrets.list': () => Promise.reject(new Error('away')) } })
    await runCommand(blind.context, ...create)
    expect([blind.exitCode(), blind.stdout(), blind.stderr()]).toEqual([0, `${KEY}\n`, ''])
  })

  it('are changed by name, and what is cleared is null', async () => {
    const world = worldOf()
    await runCommand(
      world.context,
      'agents',
      'update',
      'bot',
      '--clear',
      'scope',
      '--clear',
      'expiry',
      '--no-intents',
      '--active',
    )
    expect(world.asked.at(-1)?.input).toEqual({
      params: { agent_id: AGENT_ID },
      body: { scopes: null, expires_at: null, intents_api_enabled: false, is_active: true },
    })
    const nothing = worldOf()
    await runCommand(nothing.context, 'agents', 'update', 'bot')
    expect([nothing.exitCode(), nothing.asked]).toEqual([2, []])
  })

  it.each([
    ['twin', 6],
    ['nobody', 3],
  ])('named %s are not guessed at: exit %i', async (name, code) => {
    const world = worldOf()
    await runCommand(world.context, 'agents', 'deactivate', name, '--yes')
    expect([world.exitCode(), world.asked.map(({ id }) => id)]).toEqual([code, ['agents.list']])
  })

  it('give their key by the environment before stdin', async () => {
    const env = { ...SIGNED_IN, ONECLAW_AGENT_API_KEY: 'ocv_env', ONECLAW_AGENT_ID: AGENT_ID }
    const world = worldOf({ env, stdin: 'ocv_stdin' })
    await runCommand(world.context, 'agents', 'token', '-q')
    expect(world.asked).toMatchObject([{ input: { body: { api_key: 'ocv_env', agent_id: AGENT_ID } }, credential: undefined }])
  })
})

describe('policies', () => {
  it('are made for an agent by name, a user by id, or oneself', async () => {
    const made = async (...words: string[]) => {
      const world = worldOf()
      await runCommand(world.context, 'policies', 'create', 'prod/**', ...words, '--json')
      return { world, input: world.asked.at(-1)?.input as Input<'policies.create'> }
    }
    const agent = await made('--agent', 'bot', '--permission', 'read,write', '--ip', '10.0.0.0/8,::1', '--vault', 'prod')
    expect(agent.input).toEqual({
      params: { vault_id: VAULT_ID },
      body: {
        secret_path_pattern: 'prod/**',
        principal_type: 'agent',
        principal_id: AGENT_ID,
        permissions: ['read', 'write'],
        conditions: { ip_allowlist: ['10.0.0.0/8', '::1'] },
      },
    })
    expect((await made('--user', 'me', '--permission', 'admin')).input.body).toMatchObject({
      principal_type: 'user',
      principal_id: USER_ID,
    })
    for (const words of [
      ['--permission', 'read'],
      ['--user', 'someone', '--permission', 'read'],
      ['--agent', 'bot'],
    ]) {
      expect((await made(...words)).world.exitCode()).toBe(2)
    }
  })
})

describe('vaults', () => {
  it.each([
    ['policies', 'create', 'prod/app-*', '--agent', 'bot', '--permission', 'read'],
    ['agents', 'create', 'x', '--scope', 'prod/app-*'],
    ['agents', 'update', 'bot', '--scope', 'a*b'],
    ['api-keys', 'create', 'x', '--scope', '***'],
  ])('are not made with a pattern that can never match: %s %s %s %s %s', async (...words) => {
    const world = fakeWorld({ env: { ...SIGNED_IN, ONECLAW_CONFIG_DIR: folder }, replies })
    await runCommand(world.context, ...words)
    expect([world.exitCode(), world.stderr()]).toEqual([2, expect.stringContaining('as in prod/* or prod/**')])
    expect(world.asked.filter(({ id }) => /create|register|update/.test(id))).toEqual([])
  })

  it('are not deleted by mistake', async () => {
    const gets: Replies = {
      ...replies,
      'vaults.get': () => ({ id: VAULT_ID, name: 'prod', created_at: CREATED, cmek_enabled: false }),
    }
    const world = fakeWorld({ env: SIGNED_IN, replies: gets, tty: true, answers: [false] })
    await runCommand(world.context, 'vaults', 'delete', 'prod')
    expect(world.questions).toEqual(['Delete the vault prod and everything in it?'])
    expect(world.asked.map(({ id }) => id)).toEqual(['vaults.list', 'vaults.get'])
  })

  it('are chosen for the profile, or for everybody in a folder', async () => {
    const world = worldOf()
    await runCommand(world.context, 'vaults', 'use', 'prod')
    expect(world.settings().profiles).toEqual({ default: { vault: VAULT_ID } })
    const shared = worldOf({ cwd: folder })
    await runCommand(shared.context, 'vaults', 'use', 'prod', '--project')
    expect(JSON.parse(readFileSync(join(folder, '.1claw.json'), 'utf8'))).toEqual({ vault: VAULT_ID })
    expect(shared.settings().profiles).toEqual({})
  })

  it('that do not exist are named, with those that do', async () => {
    const world = worldOf()
    await runCommand(world.context, 'secrets', 'list', '--vault', 'prdo')
    expect([world.exitCode(), world.stderr()]).toEqual([
      3,
      'error: You have no access to a vault named "prdo".\nhint: Did you mean prod?\n',
    ])
  })
})
