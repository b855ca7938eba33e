import { describe, expect, it } from 'vitest'
import type { Reply } from '../../src/client/client.ts'
import { Problem } from '../../src/problem.ts'
import { AGENT_ID, fakeWorld, ME, NOW, ORG_ID, type Replies, SERVER, USER_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const CODE: Reply<'device.code'> = {
  device_code: 'device',
  user_code: 'ABCD-EFGH',
  verification_uri: `${SERVER}/cli/verify`,
  verification_uri_complete: `${SERVER}/cli/verify?code=ABCD-EFGH`,
  expires_in: 600,
  interval: 5,
}

const TOKEN = { access_token: 'token', token_type: 'Bearer', expires_in: 900 }
const GRANTED = {
  access_token: 'token',
  token_type: 'Bearer',
  expires_in: 86_400,
  email: ME.email,
  user_id: USER_ID,
  org_id: ORG_ID,
}

/** A device login whose polls get these replies in turn; a problem is thrown. */
function device(...polls: (Reply<'device.token'> | Problem)[]): Replies {
  const left = [...polls]
  return {
    'device.code': () => CODE,
    'device.token': () => {
      const next = left.shift()
      if (!next) throw new Error('One poll too many.')
      if (next instanceof Problem) throw next
      return next
    },
  }
}

const at = ['--api-url', SERVER]

describe('login in a browser', () => {
  it('prints the address and code, waits, and remembers', async () => {
    const world = fakeWorld({ replies: device({ error: 'authorization_pending' }, GRANTED), keychain: 'works' })
    await runCommand(world.context, 'login', ...at)
    expect(world.stdout()).toBe('')
    expect(world.stderr()).toContain(CODE.verification_uri_complete)
    expect(world.stderr()).toContain('ABCD-EFGH')
    expect(world.slept).toEqual([5000, 5000])
    expect(world.opened).toEqual([])
    expect(world.settings()).toEqual({
      current: 'default',
      profiles: {
        default: {
          api_url: SERVER,
          credential_store: 'keychain',
          email: ME.email,
          user_id: USER_ID,
          org_id: ORG_ID,
          expires_at: new Date(NOW + 10_000 + 86_400_000).toISOString(),
          renewable: true,
        },
      },
    })
    expect([...world.stores.keychain]).toEqual([[`default@${SERVER}`, '{"kind":"token","token":"token"}']])
  })

  it('slows down when told, and continues when the server is away for a moment', async () => {
    const polls = [{ error: 'slow_down' }, new Problem('server.unreachable'), { error: 'authorization_pending' }, GRANTED]
    const world = fakeWorld({ replies: device(...polls) })
    await runCommand(world.context, 'login', ...at)
    expect(world.slept).toEqual([5000, 10_000, 20_000, 10_000])
    expect(world.exitCode()).toBe(0)
  })

  it.each([
    ['denied', [{ error: 'access_denied' }], 9],
    ['expired', [{ error: 'expired_token' }], 9],
    ['odd', [{ error: 'what' }], 1],
    ['locked', [new Problem('auth.locked')], 8],
  ])('ends when it is %s', async (_, polls, code) => {
    const world = fakeWorld({ replies: device(...polls) })
    await runCommand(world.context, 'login', ...at)
    expect(world.exitCode()).toBe(code)
    expect(world.settings().profiles).toEqual({})
  })

  it('ends when the code expires', async () => {
    const pending = Array.from({ length: 200 }, () => ({ error: 'authorization_pending' }))
    const world = fakeWorld({ replies: device(...pending) })
    await runCommand(world.context, 'login', ...at)
    expect(world.exitCode()).toBe(9)
    expect(world.slept.reduce((sum, ms) => sum + ms, 0)).toBeLessThanOrEqual(600_000)
  })
})

describe('where a login is kept', () => {
  it('is a file if there is no keychain, which is reported', async () => {
    const world = fakeWorld({ replies: device(GRANTED) })
    await runCommand(world.context, 'login', ...at)
    expect(world.stderr()).toContain('The login is stored in an encrypted file instead.')
    expect(world.settings().profiles['default']?.credential_store).toBe('file')
    expect(world.stores.file.size).toBe(1)
  })

  it('is exactly the place that was asked for', async () => {
    const world = fakeWorld({ replies: device(GRANTED) })
    await runCommand(world.context, 'login', ...at, '--credential-store', 'keychain')
    expect(world.exitCode()).toBe(2)
    expect([world.stores.file.size, world.settings().profiles]).toEqual([0, {}])
  })

  it('is the same as last time, without another look at the keychain', async () => {
    const settings = { profiles: { default: { api_url: SERVER, credential_store: 'file' as const } } }
    const world = fakeWorld({ replies: device(GRANTED), keychain: 'works', settings })
    await runCommand(world.context, 'login')
    expect([world.stores.keychain.size, world.stores.file.size]).toEqual([0, 1])
  })

  it('can be nowhere, and then the token is printed', async () => {
    const world = fakeWorld({ replies: device(GRANTED) })
    await runCommand(world.context, 'login', ...at, '--credential-store', 'none', '--quiet')
    expect(world.stdout()).toBe('token\n')
    expect([world.stores.file.size, world.stores.keychain.size, world.settings().profiles]).toEqual([0, 0, {}])
  })
})

describe('login by password or key', () => {
  const long = { ...GRANTED, access_token: 'long' }
  const approved = { ...device(), 'device.approve': () => ({ status: 'approved' as const }), 'device.token': () => long }
  const replies: Replies = { 'auth.token': () => TOKEN, 'account.me': () => ME, 'auth.api-key-token': () => TOKEN, ...approved }

  it('prompts for the password without showing it, or reads one line', async () => {
    const asked = fakeWorld({ replies, tty: true, answers: ['pass word '] })
    await runCommand(asked.context, 'login', ...at, '--email', ME.email)
    expect(asked.asked[0]?.input).toEqual({ body: { email: ME.email, password: 'pass word ' } })
    const piped = fakeWorld({ replies, stdin: 'pass word \n' })
    await runCommand(piped.context, 'login', ...at, '--email', ME.email, '--password-stdin')
    expect(piped.asked[0]?.input).toEqual({ body: { email: ME.email, password: 'pass word ' } })
    const neither = fakeWorld({ replies, stdin: 'x' })
    await runCommand(neither.context, 'login', ...at, '--email', ME.email)
    expect([neither.exitCode(), neither.asked]).toEqual([2, []])
  })

  it('lasts as long as one by browser, says until when, and hides the short-lived token', async () => {
    const world = fakeWorld({ replies, stdin: 'pass word \n' })
    await runCommand(world.context, 'login', ...at, '--email', ME.email, '--password-stdin')
    const end = new Date(NOW + 86_400_000).toISOString()
    expect(world.settings().profiles['default']).toMatchObject({ expires_at: end, renewable: true })
    expect([...world.stores.file.values()]).toEqual(['{"kind":"token","token":"long"}'])
    expect(world.stderr()).toContain(`It lasts until ${end}, and is renewed while you use it, for 7 days at most.`)
    expect(world.asked.find(({ id }) => id === 'device.code')?.input).toMatchObject({ body: { email: ME.email } })
    expect(world.asked.find(({ id }) => id === 'device.approve')?.credential).toMatchObject({ token: 'token' })
    expect(world.slept).toEqual([])
  })

  it('lasts only minutes if the server allows no more, and says so', async () => {
    const refused = { ...replies, 'device.approve': () => Promise.reject(new Problem('policy.denied')) }
    const world = fakeWorld({ replies: refused, stdin: 'pass word \n' })
    await runCommand(world.context, 'login', ...at, '--email', ME.email, '--password-stdin')
    const end = new Date(NOW + 900_000).toISOString()
    expect(world.settings().profiles['default']).not.toHaveProperty('renewable')
    expect([world.exitCode(), world.stderr()]).toEqual([0, expect.stringContaining(`It lasts until ${end}. Then sign in again.`)])
  })

  it('prompts for the code of a second factor', async () => {
    const challenge = { access_token: '', token_type: 'Bearer', expires_in: 300, mfa_required: true, mfa_token: 'challenge' }
    const second: Replies = { ...replies, 'auth.token': () => challenge, 'mfa.verify': () => TOKEN }
    const verified = { body: { mfa_token: 'challenge', code: '123456' } }
    const asked = fakeWorld({ replies: second, tty: true, answers: ['pass word', ' 123456 '] })
    await runCommand(asked.context, 'login', ...at, '--email', ME.email)
    expect(asked.asked[1]).toMatchObject({ id: 'mfa.verify', input: verified })
    expect([...asked.stores.file.values()]).toEqual(['{"kind":"token","token":"long"}'])
    const piped = fakeWorld({ replies: second, stdin: 'pass word\n123456\n' })
    await runCommand(piped.context, 'login', ...at, '--email', ME.email, '--password-stdin')
    expect(piped.asked[1]).toMatchObject({ id: 'mfa.verify', input: verified })
    const without = fakeWorld({ replies: second, stdin: 'pass word' })
    await runCommand(without.context, 'login', ...at, '--email', ME.email, '--password-stdin')
    expect([without.exitCode(), without.stores.file.size]).toEqual([2, 0])
  })

  it('stores a personal key, and an agent key with its agent', async () => {
    const user = fakeWorld({ replies, stdin: '1ck_key\n' })
    await runCommand(user.context, 'login', ...at, '--api-key', '-')
    expect([...user.stores.file.values()]).toEqual(['{"kind":"user-key","apiKey":"1ck_key"}'])
    expect(user.settings().profiles['default']).not.toHaveProperty('expires_at')
    const agent = fakeWorld({ replies: { 'auth.agent-token': () => ({ ...TOKEN, agent_id: AGENT_ID }) }, stdin: 'ocv_key' })
    await runCommand(agent.context, 'login', ...at, '--api-key', '-')
    expect([...agent.stores.file.values()]).toEqual([JSON.stringify({ kind: 'agent-key', apiKey: 'ocv_key', agentId: AGENT_ID })])
  })

  it('accepts no key from argv, and nothing that is not a key', async () => {
    const argv = fakeWorld({ replies })
    await runCommand(argv.context, 'login', ...at, '--api-key', '1ck_canary')
    expect([argv.exitCode(), argv.asked]).toEqual([2, []])
    expect(argv.stderr()).not.toContain('canary')
    const other = fakeWorld({ replies, stdin: 'canary' })
    await runCommand(other.context, 'login', ...at, '--api-key', '-')
    expect([other.exitCode(), other.asked]).toEqual([2, []])
    expect(other.stderr()).not.toContain('canary')
  })

  it('does not repeat a password that was given as an argument', async () => {
    const world = fakeWorld({ replies })
    await runCommand(world.context, 'login', ...at, '--email', ME.email, '--password=canary')
    expect(world.exitCode()).toBe(2)
    expect(world.stderr()).not.toContain('canary')
  })
})

describe('a stored login', () => {
  const login = { api_url: SERVER, credential_store: 'file' as const, email: ME.email, expires_at: '2026-03-02T00:00:00.000Z' }

  function signedIn(options: Parameters<typeof fakeWorld>[0] = {}) {
    const world = fakeWorld({ settings: { profiles: { default: { ...login, vault: 'v' } } }, ...options })
    world.stores.file.set(`default@${SERVER}`, '{"kind":"token","token":"token"}')
    return world
  }

  it('is shown with where it is stored', async () => {
    const world = signedIn({ replies: { 'account.me': () => ME } })
    await runCommand(world.context, 'whoami', '--json')
    expect(JSON.parse(world.stdout())).toEqual({
      type: 'user',
      name: ME.email,
      id: USER_ID,
      org_id: ORG_ID,
      api_url: SERVER,
      profile: 'default',
      credential: 'the encrypted file',
      expires_at: login.expires_at,
    })
  })

  it('is revoked and forgotten', async () => {
    const world = signedIn({ replies: { 'auth.revoke': () => undefined }, env: { ONECLAW_TOKEN: 'other' } })
    await runCommand(world.context, 'logout')
    expect(world.asked).toMatchObject([{ id: 'auth.revoke', credential: { token: 'token' }, baseUrl: SERVER }])
    expect(world.stores.file.size).toBe(0)
    expect(world.settings().profiles).toEqual({ default: { api_url: SERVER, vault: 'v' } })
  })

  it.each([
    ['auth.required', 0],
    ['server.unreachable', 7],
  ] as const)('is forgotten even when revoking it fails: %s exits %i', async (code, exit) => {
    const world = signedIn({ replies: { 'auth.revoke': () => Promise.reject(new Problem(code)) } })
    await runCommand(world.context, 'logout')
    expect([world.exitCode(), world.stores.file.size]).toEqual([exit, 0])
  })

  it('ends with a change of password', async () => {
    const world = signedIn({ replies: { 'auth.change-password': () => undefined }, stdin: 'old\nnew\n' })
    await runCommand(world.context, 'account', 'change-password', '--password-stdin')
    expect(world.asked[0]?.input).toEqual({ body: { current_password: 'old', new_password: 'new' } })
    expect(world.stores.file.size).toBe(0)
  })

  it('keeps its password when the new one was mistyped', async () => {
    const world = signedIn({ tty: true, answers: ['old', 'new', 'wen'] })
    await runCommand(world.context, 'account', 'change-password')
    expect([world.exitCode(), world.asked]).toEqual([2, []])
  })
})

it('a run without a login says how to get one', async () => {
  for (const words of [['whoami'], ['vaults', 'list'], ['secrets', 'get', 'a'], ['api', 'GET', '/v1/vaults']]) {
    const world = fakeWorld()
    await runCommand(world.context, ...words)
    expect([world.exitCode(), world.stderr()]).toEqual([4, 'error: Not authenticated. Run `1claw login` first.\n'])
  }
})

it('an invalid server URL is reported before a missing login', async () => {
  const world = fakeWorld()
  await runCommand(world.context, 'vaults', 'list', '--api-url', 'ftp://x')
  expect([world.exitCode(), world.stderr()]).toEqual([2, 'error: The API URL "ftp://x" is not an http or https URL.\n'])
})
