import { describe, expect, it } from 'vitest'
import { clockCheck } from '../../src/cli/doctor.ts'
import type { RawRequest } from '../../src/client/client.ts'
import type { HttpReply } from '../../src/client/transport.ts'
import { fakeWorld, NOW, type Replies, SERVER, SIGNED_IN, USER_ID, VAULT_ID } from '../support/fake-context.ts'
import { runCommand } from '../support/run-command.ts'

const reply = (body: unknown, status = 200, headers = {}): HttpReply => ({ status, headers, body: JSON.stringify(body) })

describe('api', () => {
  async function called(words: string[], answer: HttpReply, options: Parameters<typeof fakeWorld>[0] = {}) {
    const requests: RawRequest[] = []
    const raw = (request: RawRequest) => {
      requests.push(request)
      return answer
    }
    const world = fakeWorld({ env: SIGNED_IN, raw, ...options })
    await runCommand(world.context, 'api', ...words)
    return { world, request: requests[0] }
  }

  it('sends any request and prints the answer', async () => {
    const { world, request } = await called(['get', 'v1/vaults?limit=1'], reply({ vaults: [] }))
    expect(request).toEqual({ method: 'GET', path: '/v1/vaults?limit=1' })
    expect(JSON.parse(world.stdout())).toEqual({ vaults: [] })
  })

  it('builds a body from fields', async () => {
    const fields = ['a=text', 'b=true', 'c=12', 'd=null', 'e={"x":[1]}', 'f=1e', 'g=', 'h=a=b', 'i=-'].flatMap(field => [
      '-f',
      field,
    ])
    const { request } = await called(['POST', '/v1/x', ...fields], reply({}), { stdin: 'from stdin' })
    expect(JSON.parse(request?.body ?? '')).toEqual({
      ...{ a: 'text', b: true, c: 12, d: null, e: { x: [1] }, f: '1e', g: '', h: 'a=b', i: 'from stdin' },
    })
  })

  it('accepts no secret in argv', async () => {
    const refused = await called(['PUT', '/v1/x', '-f', 'value=canary'], reply({}))
    expect([refused.world.exitCode(), refused.request]).toEqual([2, undefined])
    expect(refused.world.stderr()).not.toContain('canary')
    const allowed = await called(['PUT', '/v1/x', '-f', 'new_password=canary', '--allow-argv'], reply({}))
    expect(allowed.request?.body).toBe('{"new_password":"canary"}')
    expect(allowed.world.stderr()).toMatch(/^warning: /)
    expect((await called(['PUT', '/v1/x', '-f', 'value=-'], reply({}), { stdin: 's\n' })).request?.body).toBe('{"value":"s\\n"}')
  })

  it('accepts a body unchanged', async () => {
    const { request } = await called(['PUT', '/v1/x', '--input', '-'], reply({}), { stdin: '{ "a": 1 }' })
    expect(request?.body).toBe('{ "a": 1 }')
    expect((await called(['PUT', '/v1/x', '--input', '-'], reply({}), { stdin: '{' })).world.exitCode()).toBe(2)
  })

  it('fails like a command', async () => {
    const { world } = await called(['GET', '/v1/x'], reply({ title: 'Not Found', status: 404, detail: 'no such thing' }, 404))
    expect([world.exitCode(), world.stdout(), world.stderr()]).toEqual([3, '', 'error: no such thing\n'])
    expect((await called(['BREW', '/v1/x'], reply({}))).world.exitCode()).toBe(2)
  })
})

describe('doctor', () => {
  const healthy = (date: number) => () =>
    reply({ status: 'healthy', version: '1.0.0' }, 200, { date: new Date(date).toUTCString() })
  const replies = {
    'account.me': () => ({
      ...{ id: USER_ID, email: 'me@example.com', auth_method: 'password', role: 'owner', org_id: USER_ID },
      ...{ email_verified: true, marketing_emails: false, totp_enabled: false, created_at: '2026-01-01T00:00:00Z' },
    }),
    'vaults.get': () => ({ id: VAULT_ID, name: 'prod', created_at: '2026-01-01T00:00:00Z', cmek_enabled: false }),
  }

  it('finds nothing wrong', async () => {
    const world = fakeWorld({ env: SIGNED_IN, raw: healthy(NOW), replies, keychain: 'works' })
    await runCommand(world.context, 'doctor', '--json')
    const checks = JSON.parse(world.stdout()) as { name: string; verdict: string }[]
    expect(checks.map(({ name, verdict }) => `${name} ${verdict}`)).toEqual(
      ['node', 'settings', 'keychain', 'server', 'clock', 'login', 'vault'].map(name => `${name} ok`),
    )
    expect(world.exitCode()).toBe(0)
  })

  it('reports what is wrong and what to do, and exits 10', async () => {
    const world = fakeWorld({ env: { ONECLAW_API_URL: 'http://claw.example.com' }, raw: healthy(NOW + 120_000) })
    await runCommand(world.context, 'doctor')
    expect(world.exitCode()).toBe(10)
    expect(world.stdout()).toMatch(/^warn {2}transport .*\n {16}Use an https URL\.$/m)
    expect(world.stdout()).toMatch(/^fail {2}clock {5}this clock is 120 s behind the server's$/m)
    expect(world.stdout()).toMatch(/^fail {2}login {5}not signed in\n {16}Run `1claw login`\.$/m)
    expect(world.stderr()).toBe('error: These checks failed: clock, login.\n')
  })

  it('names the part of the server that is unhealthy', async () => {
    const raw = ({ path }: RawRequest) =>
      path === '/readyz'
        ? reply({ title: 'Service Unavailable', status: 503, detail: 'Not ready: keys, disk.' }, 503)
        : reply({ status: 'degraded', version: '1.0.0' }, 200, { date: new Date(NOW).toUTCString() })
    const world = fakeWorld({ env: { ...SIGNED_IN, ONECLAW_API_URL: SERVER }, raw, replies, keychain: 'works' })
    await runCommand(world.context, 'doctor')
    expect(world.stdout()).toContain(`warn  server    ${SERVER} is unhealthy: keys, disk\n`)
  })

  it('reports that the server is sealed and how to unseal it, and checks nothing else there', async () => {
    const raw = () => reply({ type: 'server_sealed', title: 'Server Sealed', status: 503, detail: 'The server is sealed.' }, 503)
    const sealed: Replies = { 'seal.status': () => ({ sealed: true, kind: 'shares', given: 2, threshold: 3 }) }
    const world = fakeWorld({ env: { ...SIGNED_IN, ONECLAW_API_URL: SERVER }, raw, replies: sealed, keychain: 'works' })
    await runCommand(world.context, 'doctor')
    expect(world.exitCode()).toBe(10)
    const advice = `${' '.repeat(16)}Unseal it with \`1claw keys unseal\`.\n`
    expect(world.stdout()).toContain(`fail  server    ${SERVER} is sealed; 2 of 3 shares are given\n${advice}`)
    expect(world.stdout()).not.toContain('login')
  })

  it('names the proxy, and not its credentials', async () => {
    const doctor = async (env: Record<string, string>) => {
      const world = fakeWorld({ env: { ...SIGNED_IN, ...env }, raw: healthy(NOW), replies, keychain: 'works' })
      await runCommand(world.context, 'doctor')
      return world.stdout()
    }
    const through = await doctor({ ALL_PROXY: 'http://user:canary@proxy.example:3128', NO_PROXY: '.internal' })
    expect(through).toContain(
      'ok    proxy     requests go through http://proxy.example:3128 with credentials, except for .internal\n',
    )
    expect(through).not.toContain('canary')
    expect(await doctor({ https_proxy: 'socks5://proxy.example' })).toMatch(/^fail {2}proxy/m)
    expect(await doctor({})).not.toContain('proxy')
  })

  it('stops at a server that does not answer', async () => {
    const world = fakeWorld({ env: SIGNED_IN })
    await runCommand(world.context, 'doctor', '--output', 'csv')
    expect(world.exitCode()).toBe(10)
    expect(world.stdout()).toContain('server,fail,')
    expect(world.stdout()).not.toContain('login,')
  })

  it.each([
    [0, 'ok'],
    [59_000, 'ok'],
    [-61_000, 'fail'],
  ])('treats a clock that is %i ms off as %s', (off, verdict) => {
    expect(clockCheck(reply({}, 200, { date: new Date(NOW).toUTCString() }), NOW + off)[0]?.verdict).toBe(verdict)
    expect(clockCheck(reply({}), NOW)).toEqual([])
  })
})

describe('settings', () => {
  it('are shown with their source', async () => {
    const settings = { profiles: { default: { api_url: SERVER, vault: 'a' } } }
    const world = fakeWorld({ settings, env: { ONECLAW_VAULT_ID: 'b' } })
    await runCommand(world.context, 'config', 'list', '--output', 'plain')
    expect(world.stdout()).toBe(
      `profile\tdefault\tdefault\napi_url\t${SERVER}\tprofile\nvault\tb\tenvironment\ncache\toff\tdefault\n`,
    )
    const one = fakeWorld({ settings })
    await runCommand(one.context, 'config', 'get', 'api_url')
    expect(one.stdout()).toBe(`${SERVER}\n`)
  })

  it('are changed for one profile', async () => {
    const world = fakeWorld({ settings: { profiles: { work: { vault: 'a' } } } })
    await runCommand(world.context, 'config', 'set', 'api_url', SERVER, '--profile', 'work')
    await runCommand(world.context, 'config', 'set', 'vault', '', '--profile', 'work')
    expect(world.settings().profiles).toEqual({ work: { api_url: SERVER } })
  })

  it.each([
    [['config', 'set', 'token', 'x'], 2],
    [['config', 'set', 'api_url', 'file:///x'], 2],
    [['config', 'get', 'vault'], 3],
    [['profiles', 'use', 'nope'], 3],
    [['profiles', 'remove', 'nope', '--yes'], 3],
  ])('%j is refused with %i', async (words, code) => {
    const world = fakeWorld()
    await runCommand(world.context, ...words)
    expect([world.exitCode(), world.settings().profiles]).toEqual([code, {}])
  })
})

describe('profiles', () => {
  it('are listed, selected, and removed with their login', async () => {
    const work = { api_url: SERVER, credential_store: 'file' as const, email: 'me@example.com' }
    const world = fakeWorld({ settings: { profiles: { default: {}, work } } })
    world.stores.file.set(`work@${SERVER}`, '{}')
    await runCommand(world.context, 'profiles', 'use', 'work')
    expect(world.settings().current).toBe('work')
    await runCommand(world.context, 'profiles', 'list', '--output', 'name')
    expect(world.stdout()).toBe('default\nwork\n')
    await runCommand(world.context, 'profiles', 'remove', 'work', '--yes')
    expect([world.settings(), world.stores.file.size]).toEqual([{ current: 'default', profiles: { default: {} } }, 0])
  })
})
