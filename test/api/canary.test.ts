import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import { newCanary, tracesOf } from '../support/canary.ts'
import { ENGINES } from '../support/databases.ts'
import { everything, rowsOf } from '../support/rows.ts'
import { type CallOptions, makeWorld, type World } from '../support/world.ts'

describe.each(ENGINES)('secrets sent through every endpoint, on %s', engine => {
  let world: World
  let log = ''
  let stored = ''
  let files = ''
  const replies: { readonly to: string; readonly text: string }[] = []
  /** By kind; those that the server creates are added when it returns them. */
  const canaries: Record<string, string> = {
    value: newCanary('value'),
    'old value': newCanary('old'),
    'refused value': newCanary('refused'),
    'private key': newCanary('key'),
    password: newCanary('password'),
    'new password': newCanary('next'),
    'wrong password': newCanary('wrong'),
    'unknown credential': newCanary('credential'),
  }
  const canary = (kind: string) => canaries[kind] ?? expect.fail(`There is no canary ${kind}.`)

  beforeAll(async () => {
    const write = vi.spyOn(process.stderr, 'write').mockImplementation(chunk => {
      log += String(chunk)
      return true
    })
    world = await makeWorld(engine, { logLevel: 'trace' })
    await everyDoor()
    stored = await everything(world)
    await world.server.close()
    for (const entry of await readdir(world.dataDir, { recursive: true, withFileTypes: true })) {
      if (entry.isFile()) files += (await readFile(join(entry.parentPath, entry.name))).toString('latin1')
    }
    write.mockRestore()
  })
  afterAll(() => world?.close())

  async function send(to: string, method: string, url: string, options: CallOptions = {}) {
    const reply = await world.call(method, url, options)
    replies.push({ to, text: `${JSON.stringify(reply.body)} ${JSON.stringify(reply.headers)}` })
    return reply
  }

  /** Every route that handles secrets, on success and with each kind of failure. */
  async function everyDoor(): Promise<void> {
    const owner = await signUp()
    const token = canary('token')
    const vaultId: string = (await send('vault', 'POST', '/v1/vaults', { token, body: { name: 'v' } })).body.id
    const secret = (path: string) => `/v1/vaults/${vaultId}/secrets/${path}`
    await writeAndRead(secret, vaultId, token)
    await keys(token)
    await agents(token, vaultId)
    await deviceLogin(token)
    await failures(secret, token, owner)
    await send('change password', 'POST', '/v1/auth/change-password', {
      token,
      body: { current_password: canary('password'), new_password: canary('new password') },
    })
  }

  async function signUp(): Promise<string> {
    const email = 'canary@example.com'
    const body = { email, password: canary('password') }
    canaries['token'] = (await send('sign-up', 'POST', '/v1/auth/signup', { body })).body.access_token
    canaries['second token'] = (await send('sign-in', 'POST', '/v1/auth/token', { body })).body.access_token
    await send('sign-up again', 'POST', '/v1/auth/signup', { body })
    for (const name of [email, 'nobody@example.com']) {
      await send('wrong sign-in', 'POST', '/v1/auth/token', { body: { email: name, password: canary('wrong password') } })
    }
    await send('weak sign-up', 'POST', '/v1/auth/signup', {
      body: { email: canary('wrong password'), password: canary('wrong password') },
    })
    return email
  }

  async function writeAndRead(secret: (path: string) => string, vaultId: string, token: string): Promise<void> {
    await send('write', 'PUT', secret('a/b'), { token, body: { value: canary('old value') } })
    await send('write', 'PUT', secret('a/b'), {
      token,
      body: { value: canary('value'), metadata: { note: 'm' }, max_access_count: 9 },
    })
    await send('read', 'GET', secret('a/b'), { token })
    await send('read version', 'GET', `/v1/vaults/${vaultId}/secret-version/a/b/1`, { token })
    await send('read many', 'POST', `/v1/vaults/${vaultId}/secret-values`, { token, body: { paths: ['a/b'] } })
    await send('list', 'GET', `/v1/vaults/${vaultId}/secrets`, { token })
    await send('versions', 'GET', `/v1/vaults/${vaultId}/secret-versions/a/b`, { token })
    await send('audit', 'GET', '/v1/audit/events?limit=1000', { token })
    await send('explain', 'POST', `/v1/vaults/${vaultId}/policies/explain`, {
      token,
      body: { principal_type: 'user', principal_id: 'x', permission: 'read', path: 'a/b' },
    })
  }

  async function keys(token: string): Promise<void> {
    const { api_key, key } = (await send('make key', 'POST', '/v1/auth/api-keys', { token, body: { name: 'k' } })).body
    canaries['API key'] = api_key
    await send('key as bearer', 'GET', '/v1/auth/me', { token: api_key })
    canaries['token of a key'] = (
      await send('exchange key', 'POST', '/v1/auth/api-key-token', { body: { api_key } })
    ).body.access_token
    await send('list keys', 'GET', '/v1/auth/api-keys', { token })
    await send('revoke key', 'DELETE', `/v1/auth/api-keys/${key.id}`, { token })
    await send('revoked key', 'POST', '/v1/auth/api-key-token', { body: { api_key } })
    await send('revoked key as bearer', 'GET', '/v1/auth/me', { token: api_key })
    await send('key in the wrong field', 'POST', '/v1/auth/api-key-token', { body: { api_key: { api_key } } })
  }

  async function agents(token: string, vaultId: string): Promise<void> {
    const { agent, api_key } = (
      await send('register', 'POST', '/v1/agents', { token, body: { name: 'a', intents_api_enabled: true } })
    ).body
    canaries['agent key'] = api_key
    canaries['agent token'] = (
      await send('exchange agent key', 'POST', '/v1/auth/agent-token', { body: { api_key } })
    ).body.access_token
    const policy = { secret_path_pattern: '**', principal_type: 'agent', principal_id: agent.id, permissions: ['read', 'write'] }
    await send('policy', 'POST', `/v1/vaults/${vaultId}/policies`, { token, body: policy })
    const hidden = `/v1/vaults/${vaultId}/secrets/keys/signer`
    await send('write signer', 'PUT', hidden, { token, body: { value: canary('private key'), type: 'private_key' } })
    await send('hidden from the agent', 'GET', hidden, { token: canary('agent token') })
    await send('read many', 'POST', `/v1/vaults/${vaultId}/secret-values`, { token: api_key, body: {} })
    await send('list agents', 'GET', '/v1/agents', { token })
    canaries['second agent key'] = (
      await send('rotate agent key', 'POST', `/v1/agents/${agent.id}/rotate-key`, { token })
    ).body.api_key
    await send('old agent key', 'POST', '/v1/auth/agent-token', { body: { api_key } })
  }

  async function deviceLogin(token: string): Promise<void> {
    const code = (await send('device code', 'POST', '/v1/auth/device/code', { body: { client_id: 'c' } })).body
    canaries['device code'] = code.device_code
    await send('approve', 'POST', '/v1/auth/device/approve', { token, body: { user_code: code.user_code } })
    const poll = { body: { device_code: code.device_code, grant_type: 'device_code' } }
    canaries['device token'] = (await send('poll', 'POST', '/v1/auth/device/token', poll)).body.access_token
    await send('poll again', 'POST', '/v1/auth/device/token', poll)
  }

  async function failures(secret: (path: string) => string, token: string, email: string): Promise<void> {
    const value = canary('refused value')
    const json = { 'content-type': 'application/json' }
    const other = (
      await send('other', 'POST', '/v1/auth/signup', {
        body: { email: 'o@example.com', password: 'correct horse battery staple 42' },
      })
    ).body.access_token
    await send('no token', 'PUT', secret('f'), { body: { value } })
    await send('stranger', 'PUT', secret('f'), { token: other, body: { value } })
    await send('bad path', 'PUT', secret('f%00'), { token, body: { value } })
    await send('bad type', 'PUT', secret('f'), { token, body: { value, type: value } })
    await send('value as object', 'PUT', secret('f'), { token, body: { value: { [value]: value } } })
    await send('value as metadata', 'PUT', secret('f'), { token, body: { value, metadata: value } })
    await send('too large', 'PUT', secret('f'), { token, body: { value: value.repeat(200_000) } })
    await send('half a character', 'PUT', secret('f'), { token, headers: json, body: `{"value":"${value}\\ud800"}` })
    await send('no JSON', 'PUT', secret('f'), { token, headers: json, body: `{"value":"${value}"` })
    await send('no media type', 'PUT', secret('f'), { token, headers: { 'content-type': 'text/plain' }, body: value })
    await send('wrong method', 'POST', secret('f'), { token, body: { value } })
    await send('no vault', 'PUT', '/v1/vaults/3f2504e0-4f89-41d3-9a0c-0305e82c3301/secrets/f', { token, body: { value } })
    await send('nowhere', 'POST', '/v1/nowhere', { token, body: { value } })
    for (const credential of [
      canary('unknown credential'),
      `1ck_${canary('unknown credential')}`,
      `ocv_${canary('unknown credential')}`,
    ]) {
      await send('unknown credential', 'GET', '/v1/vaults', { token: credential })
      await send('unknown credential', 'POST', '/v1/auth/agent-token', { body: { api_key: credential } })
    }
    await send('wrong current password', 'POST', '/v1/auth/change-password', {
      token,
      body: { current_password: canary('wrong password'), new_password: canary('new password') },
    })
    await send('weak new password', 'POST', '/v1/auth/change-password', {
      token,
      body: { current_password: canary('password'), new_password: email },
    })
    // A row that was tampered with: the server fails, and its log says so.
    await rowsOf(world, 'UPDATE secret_versions SET wrapped_dek = ciphertext WHERE version = 1')
    const unreadable = await send('unreadable', 'GET', secret('a/b').replace('/secrets/a/b', '/secret-version/a/b/1'), { token })
    expect(unreadable.body).toEqual({
      type: 'about:blank',
      title: 'Internal Server Error',
      status: 500,
      detail: expect.stringContaining('could not be opened'),
      hint: expect.stringContaining('operator'),
      request_id: expect.any(String),
    })
  }

  it('are returned where they belong and nowhere else', () => {
    const said = Object.keys(canaries).map(kind => {
      const places = replies.filter(({ text }) => tracesOf(canary(kind), text).length > 0).map(({ to }) => to)
      return [kind, [...new Set(places)]]
    })
    expect(Object.fromEntries(said)).toEqual({
      value: ['read', 'read many'],
      'old value': ['read version'],
      'refused value': [],
      'private key': [],
      password: [],
      'new password': [],
      'wrong password': [],
      'unknown credential': [],
      token: ['sign-up'],
      'second token': ['sign-in'],
      'API key': ['make key'],
      'token of a key': ['exchange key'],
      'agent key': ['register'],
      'agent token': ['exchange agent key'],
      'second agent key': ['rotate agent key'],
      'device code': ['device code'],
      'device token': ['poll'],
    })
  })

  it('are nowhere in the database, nor in any file of the data folder', () => {
    expect(stored.length).toBeGreaterThan(10_000)
    const found = Object.entries(canaries).map(([kind, secret]) => [
      kind,
      [...tracesOf(secret, stored), ...tracesOf(secret, files)],
    ])
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(Object.keys(canaries).map(kind => [kind, []])))
  })

  it('are nowhere in the log, which records the failure', () => {
    expect(log).toContain('could not be opened')
    const found = Object.entries(canaries).filter(([, secret]) => tracesOf(secret, log).length > 0)
    expect(found).toEqual([])
  })
})
