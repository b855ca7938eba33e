import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { targetOf } from '../../../../../src/cli/context/target.ts'
import { openAnonymous, openSession } from '../../../../../src/cli/session/session.ts'
import { Problem } from '../../../../../src/problem.ts'
import { fakeWorld, NOW } from '../../../../support/fake-context.ts'

let folder = ''
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'claw-target-'))
})
afterEach(() => rmSync(folder, { recursive: true }))

function project(content: string): string {
  const inner = join(folder, 'a', 'b')
  mkdirSync(inner, { recursive: true })
  writeFileSync(join(folder, '.1claw.json'), content)
  return inner
}

const settings = {
  current: 'work',
  profiles: {
    work: { api_url: 'https://work.example', vault: 'from-profile' },
    home: { api_url: 'https://home.example' },
  },
}

describe('the target of a run', () => {
  it('is the default server by default', () => {
    const target = targetOf(fakeWorld().context, {})
    expect([target.apiUrl, target.apiUrlFrom, target.vault]).toEqual(['http://127.0.0.1:8271', 'default', undefined])
  })

  it('is taken from flag, environment, project file or profile, in this order', () => {
    const cwd = project('{"vault":"from-project"}')
    const env = { ONECLAW_VAULT_ID: 'from-env' }
    const vault = (world: ReturnType<typeof fakeWorld>, flags = {}) => {
      const target = targetOf(world.context, flags)
      return [target.vault, target.vaultFrom]
    }
    expect(vault(fakeWorld({ settings, cwd, env }), { vault: 'from-flag' })).toEqual(['from-flag', 'flag'])
    expect(vault(fakeWorld({ settings, cwd, env }))).toEqual(['from-env', 'environment'])
    expect(vault(fakeWorld({ settings, cwd }))).toEqual(['from-project', 'project file'])
    expect(vault(fakeWorld({ settings }))).toEqual(['from-profile', 'profile'])
  })

  it('treats an empty variable as absent', () => {
    const target = targetOf(fakeWorld({ settings, env: { ONECLAW_API_URL: '', ONECLAW_PROFILE: '' } }).context, {})
    expect([target.profileName, target.apiUrl]).toEqual(['work', 'https://work.example'])
  })

  it('reads the profile from flag, environment or project file', () => {
    const cwd = project('{"profile":"home"}')
    expect(targetOf(fakeWorld({ settings, cwd }).context, {}).apiUrl).toBe('https://home.example')
    expect(targetOf(fakeWorld({ settings, cwd, env: { ONECLAW_PROFILE: 'work' } }).context, {}).profileName).toBe('work')
    expect(targetOf(fakeWorld({ settings, cwd }).context, { profile: 'new' }).profile).toEqual({})
  })

  it.each(['not json', '[]', '{"vault":7}', '{"token":"x"}', '{"vault":""}'])('refuses the project file %s', content => {
    const world = fakeWorld({ cwd: project(content) })
    expect(() => targetOf(world.context, {})).toThrow(expect.objectContaining({ code: 'config.invalid' }))
  })
})

describe('a project file from elsewhere', () => {
  const stranger = '{"api_url":"https://stranger.example"}'
  const refused = expect.objectContaining({ code: 'config.invalid' })

  it('cannot send a credential of the environment to a server that the user did not choose', async () => {
    const { context, asked } = fakeWorld({ cwd: project(stranger), env: { ONECLAW_TOKEN: 't' } })
    await expect(openSession(context, {})).rejects.toThrow(refused)
    expect(asked).toEqual([])
  })

  it('cannot make a user type a password or key for its server', () => {
    expect(() => openAnonymous(fakeWorld({ cwd: project(stranger) }).context, {})).toThrow(refused)
  })

  it('cannot put a command of its own into the line that is suggested', () => {
    const { context } = fakeWorld({ cwd: project('{"api_url":"https://stranger.example/$(id>ran);ls"}') })
    const hint = 'If you trust it, run: 1claw login --api-url <url>'
    expect(() => openAnonymous(context, {})).toThrow(expect.objectContaining({ extras: expect.objectContaining({ hint }) }))
  })

  it('is accepted when a login, a variable or a flag names the same server', async () => {
    const cwd = project('{"api_url":"https://work.example/"}')
    const env = { ONECLAW_TOKEN: 't' }
    expect((await openSession(fakeWorld({ cwd, env, settings }).context, {})).target.apiUrl).toBe('https://work.example')
    const chosen = { ...env, ONECLAW_API_URL: 'https://stranger.example' }
    expect((await openSession(fakeWorld({ cwd: project(stranger), env: chosen }).context, {})).target.apiUrlFrom).toBe(
      'environment',
    )
  })
})

describe('the credential of a run', () => {
  const login = {
    current: 'work',
    profiles: {
      work: {
        api_url: 'https://work.example',
        credential_store: 'file' as const,
        expires_at: new Date(NOW + 1000).toISOString(),
      },
    },
  }

  function signedIn(options: Parameters<typeof fakeWorld>[0] = {}) {
    const world = fakeWorld({ settings: login, ...options })
    world.stores.file.set('work@https://work.example', '{"kind":"token","token":"stored"}')
    return world
  }

  it.each([
    [
      { ONECLAW_TOKEN: 't', ONECLAW_AGENT_API_KEY: 'ocv_a', ONECLAW_API_KEY: '1ck_a' },
      { kind: 'token', token: 't', from: 'ONECLAW_TOKEN' },
    ],
    [
      { ONECLAW_AGENT_API_KEY: 'ocv_a', ONECLAW_AGENT_ID: 'id', ONECLAW_API_KEY: '1ck_a' },
      { kind: 'agent-key', apiKey: 'ocv_a', agentId: 'id', from: 'ONECLAW_AGENT_API_KEY' },
    ],
    [{ ONECLAW_API_KEY: '1ck_a' }, { kind: 'user-key', apiKey: '1ck_a', from: 'ONECLAW_API_KEY' }],
  ])('comes from the environment: %j', async (env, credential) => {
    expect((await openSession(signedIn({ env }).context, {})).credential).toEqual(credential)
  })

  it('comes from the stored login otherwise', async () => {
    const { credential } = await openSession(signedIn().context, {})
    expect(credential).toMatchObject({ kind: 'token', token: 'stored', from: 'the encrypted file' })
  })

  it.each([
    ['there is none', fakeWorld(), undefined],
    ['the login is of another server', signedIn({ env: { ONECLAW_API_URL: 'https://other.example' } }), 'is signed in to'],
    ['the profile does not keep one', signedIn({ env: { ONECLAW_PROFILE: 'new' } }), 'There is no profile new. Your profiles: '],
  ])('is missing when %s, and the hint says what there is', async (_, world, hint) => {
    const missing = { code: 'auth.required', message: 'Not authenticated. Run `1claw login` first.', exitCode: 4 }
    const extras = hint === undefined ? {} : { hint: expect.stringContaining(hint) }
    await expect(openSession(world.context, {})).rejects.toThrow(expect.objectContaining({ ...missing, extras }))
  })

  it('ends when the server says so, not just by the local clock', async () => {
    const expired = { code: 'auth.required', message: 'Your login has expired. Run `1claw login` again.' }
    const late = (reply: () => { vaults: [] }) =>
      openSession(signedIn({ now: NOW + 25 * 3_600_000, replies: { 'vaults.list': reply } }).context, {})
    const good = await late(() => ({ vaults: [] }))
    expect(await good.client.call('vaults.list')).toEqual({ vaults: [] })
    const over = await late(() => {
      throw new Problem('auth.required', 'A valid token is needed.')
    })
    await expect(over.client.call('vaults.list')).rejects.toThrow(expect.objectContaining(expired))
  })
})
