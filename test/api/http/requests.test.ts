import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'

const JSON_TYPE = { 'content-type': 'application/json' }

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner }) => {
    const post = (body: unknown, headers: Record<string, string> = JSON_TYPE) =>
      world.call('POST', '/v1/vaults', { token: owner.token, body, headers })
    return { post }
  }),
)

describe.each(engines)('requests, on $engine', ({ it }) => {
  it('to unknown addresses return a problem with a request id', async ({ world, owner }) => {
    for (const url of [
      '/',
      '/v1',
      '/v1/',
      '/v1/nothing',
      '/v2/vaults',
      '/v1/vaults/',
      '//v1/vaults',
      '/V1/vaults',
      '/v1/Vaults',
      '/api/v1',
      '/api/v2/vaults',
    ]) {
      if (url === '/') continue
      const { status, body, headers } = await world.call('GET', url, { token: owner.token })
      expect({ url, status, type: headers['content-type'] }).toEqual({ url, status: 404, type: 'application/problem+json' })
      expect(body).toEqual({
        type: 'about:blank',
        title: 'Not Found',
        status: 404,
        detail: expect.any(String),
        request_id: headers['x-request-id'],
      })
    }
    const ids = await Promise.all([1, 2, 3].map(() => world.call('GET', '/v1/nothing')))
    expect(new Set(ids.map(({ body }) => body.request_id)).size).toBe(3)
  })

  it('accept ids in either case', async ({ world, owner, vaultId }) => {
    const { status, body } = await world.call('GET', `/v1/vaults/${vaultId.toUpperCase()}`, { token: owner.token })
    expect({ status, id: body.id }).toEqual({ status: 200, id: vaultId })
  })

  it('do not choose their id', async ({ world }) => {
    const { headers } = await world.call('GET', '/livez', { headers: { 'x-request-id': 'mine', 'request-id': 'mine' } })
    expect(headers['x-request-id']).not.toBe('mine')
  })

  it('are the same under /api/v1', async ({ world, owner, vaultId }) => {
    const [one, other] = [
      await world.call('GET', '/v1/vaults', { token: owner.token }),
      await world.call('GET', '/api/v1/vaults', { token: owner.token }),
    ]
    expect(other.body).toEqual(one.body)
    expect((await world.call('GET', '/api/v1/vaults')).status).toBe(401)
    expect((await world.call('GET', '/api/v1/api/v1/vaults', { token: owner.token })).status).toBe(404)
    const put = await world.call('PUT', `/api/v1/vaults/${vaultId}/secrets/a/b`, { token: owner.token, body: { value: 'v' } })
    expect(put).toMatchObject({ status: 201, body: { path: 'a/b' } })
  })

  it('that cannot be decoded are 400', async ({ world, owner, vaultId }) => {
    for (const url of ['/%', '/v1/vaults/%zz', `/v1/vaults/${vaultId}/secrets/%E0%A4%A`]) {
      expect(await world.call('GET', url, { token: owner.token })).toMatchObject({
        status: 400,
        body: { type: 'about:blank', title: 'Bad Request', request_id: expect.any(String) },
        headers: { 'content-type': 'application/problem+json', 'x-request-id': expect.any(String) },
      })
    }
    expect((await world.call('GET', `/v1/vaults/${'a'.repeat(5000)}`, { token: owner.token })).status).toBeGreaterThanOrEqual(400)
  })

  it.for(['{', '{"name":"a"', '{"name":"a"}}', "{'name':'a'}", 'name=a', '{"name":"a",}', 'NaN', '{"name":"\\ud8"}', '\u0000'])(
    'with a body that is not JSON are 400: %s',
    async (body, { calls: { post } }) => {
      expect(await post(body)).toMatchObject({ status: 400, body: { detail: 'The body is not valid JSON.' } })
    },
  )

  it.for([
    '{"name":"a","__proto__":{"x":1}}',
    '{"name":"a","\\u005f_proto__":{"x":1}}',
    '{"name":"a","constructor":{"prototype":{"x":1}}}',
    '{"name":"a","x":{"y":{"__proto__":null}}}',
  ])('that would reach the prototype are 400: %s', async (body, { calls: { post } }) => {
    expect((await post(body)).status).toBe(400)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
  })

  it('with a duplicate field use the last one, everywhere', async ({ calls: { post } }) => {
    expect((await post('{"name":"first","name":"last"}')).body.name).toBe('last')
  })

  it('that are deeply nested do no harm', async ({ calls: { post } }) => {
    const deep = `${'{"a":'.repeat(40_001)}1${'}'.repeat(40_001)}`
    const array = `${'['.repeat(120_000)}${']'.repeat(120_000)}`
    expect((await post(deep)).status).toBe(413)
    expect((await post(deep.slice(0, 5000))).status).toBe(400)
    expect((await post(`{"name":"deep","x":${deep.slice(0, 5 * 39_000)}1${'}'.repeat(39_000)}}`)).status).toBe(201)
    for (const endless of [`{"name":"deep","x":${deep}}`, `{"name":"wide","x":${array}}`, array]) {
      expect(await post(endless)).toMatchObject({ status: 413, body: { detail: expect.stringContaining('40000 members') } })
    }
  })

  it('can have a content type and no body, on DELETE and POST', async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'empty', 'v')
    const bare = { token: owner.token, headers: JSON_TYPE }
    expect((await world.call('POST', `/v1/vaults/${vaultId}/secret-rotate/empty`, bare)).status).toBe(201)
    expect((await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/empty`, bare)).status).toBe(204)
    expect(await world.call('POST', '/v1/vaults', bare)).toMatchObject({
      status: 400,
      body: { fields: { body: expect.any(String) } },
    })
    expect((await world.call('GET', '/v1/vaults', bare)).status).toBe(200)
  })

  it.for([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/xml',
    'application/problem+json',
    'application/jsonx',
    'json',
    '',
  ])('of the type %j are 415, and bypass no check', async (type, { calls: { post } }) => {
    const reply = await post('{"name":7}', { 'content-type': type })
    expect({ type, status: reply.status }).toEqual({ type, status: 415 })
  })

  it.for([
    'application/json',
    'application/json; charset=utf-8',
    'Application/JSON',
    'application/json ;charset=UTF-8',
    'application/json\t; x=y',
  ])('of the type %j are checked like any other', async (type, { calls: { post } }) => {
    expect((await post('{"name":7}', { 'content-type': type })).status).toBe(400)
    expect((await post(JSON.stringify({ name: `typed ${randomUUID()}` }), { 'content-type': type })).status).toBe(201)
  })

  it('that are too large are 413', async ({ calls: { post } }) => {
    expect(await post({ name: 'x', description: 'y'.repeat(5 * 1024 * 1024) })).toMatchObject({
      status: 413,
      body: { type: 'about:blank', status: 413 },
      headers: { 'content-type': 'application/problem+json' },
    })
  })

  it('are limited in size by what the route carries', async ({ world, owner, vaultId }) => {
    const many = `{${Array.from({ length: 30_000 }, (_, n) => `"key${n}":1`).join(',')},"email":"a@example.com","password":"x"}`
    const headers = { 'content-type': 'application/json' }
    for (const url of ['/v1/auth/token', '/v1/auth/signup', '/v1/agents/enroll', `/v1/vaults/${vaultId}/policies`]) {
      expect((await world.call('POST', url, { token: owner.token, body: many, headers })).status).toBe(413)
    }
    const value = 'x'.repeat(4 * 1024 * 1024)
    expect((await world.call('PUT', `/v1/vaults/${vaultId}/secrets/large`, { token: owner.token, body: { value } })).status).toBe(
      201,
    )
  })

  it('have no control characters in any part of their path', async ({ world, owner }) => {
    for (const url of ['/v1/agents/enrollments/%00', '/v1/auth/device/code/%00', '/v1/chains/%00', '/v1/org/invitations/a%07']) {
      expect((await world.call('GET', url, { token: owner.token })).status).toBeLessThan(500)
    }
    for (const how of ['approve', 'deny']) {
      const reply = await world.call('POST', `/v1/agents/enrollments/%00/${how}`, { token: owner.token })
      expect(reply.status).toBe(404)
    }
  })

  it('that would do more than they ask for are refused', async ({ world, owner, vaultId }) => {
    const agent = await world.agent(owner)
    const post = (url: string, body: object, token = owner.token) => world.call('POST', url, { token, body })
    const key = await post('/v1/auth/api-keys', { name: 'short' })
    const ends = '2999-01-01T00:00:00Z'
    const refused = [
      await post(`/v1/agents/${agent.id}/keys`, { expires_at: ends }),
      await post(`/v1/auth/api-keys/${key.body.key.id}/rotate`, { expires_at: ends }),
      await post('/v1/auth/agent-token', { api_key: agent.key, scope: 'read' }),
      await post(
        `/v1/vaults/${vaultId}/access-requests`,
        { secret_path_pattern: 'a', reason: 'r', duration_seconds: 60, conditions: { mfa: true } },
        agent.token,
      ),
      await post(
        `/v1/agents/${agent.id}/transactions`,
        { to: `0x${'1'.repeat(40)}`, value: '1', chain: 'base', dry_run: true },
        agent.token,
      ),
    ]
    expect(refused.map(({ status, body }) => [status, Object.keys(body.fields ?? {})])).toEqual([
      [400, ['expires_at']],
      [400, ['expires_at']],
      [400, ['scope']],
      [400, ['conditions']],
      [400, ['dry_run']],
    ])
  })

  it('name the field that is wrong, as a path', async ({ world, owner, vaultId, calls: { post } }) => {
    const fields = async (body: object) =>
      (await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body })).body.fields
    const base = { secret_path_pattern: 'a', principal_type: 'agent', principal_id: 'x', permissions: ['read'] }
    expect(await fields({ ...base, permissions: ['read', 'own'] })).toEqual({
      'permissions[1]': 'must be one of read, write, delete, rotate, admin',
    })
    expect(await fields({ ...base, conditions: { time_window: { start_hour: 'x' } } })).toEqual({
      'conditions.time_window.start_hour': 'must be a whole number',
    })
    expect(await fields({ ...base, conditions: { colour: 1 } })).toEqual({ 'conditions.colour': 'is not known' })
    expect(await fields({ ...base, principal_type: undefined })).toEqual({ principal_type: 'is required' })
    expect(await fields({ ...base, principal_id: 'a\0' })).toEqual({ principal_id: 'must not contain NUL' })
    expect((await post({ name: 'x'.repeat(300) })).body.fields).toEqual({ name: 'must have at most 255 characters' })
    expect((await post({ name: '' })).body.fields).toEqual({ name: 'must not be empty' })
    expect((await post({ name: 'a\u001b[31m' })).body.fields).toEqual({
      name: 'must not contain control characters, or characters that turn the direction of writing',
    })
    const rotate = await world.call('POST', `/v1/vaults/${vaultId}/secret-rotate/a`, { token: owner.token, body: { length: 3 } })
    expect(rotate.body.fields).toEqual({ length: 'must be at least 8' })
  })

  it('are not repeated in error messages', async ({ world, owner, vaultId, calls: { post } }) => {
    const secret = 'do-not-repeat-me'
    const replies = await Promise.all([
      post({ name: { [secret]: secret } }),
      post(`{"name": "${secret}`),
      world.call('PUT', `/v1/vaults/${vaultId}/secrets/a`, { token: owner.token, body: { value: 7, type: secret } }),
      world.call('PUT', `/v1/vaults/${vaultId}/secrets/a`, { token: owner.token, body: { value: secret, type: secret } }),
      world.call('GET', '/v1/vaults', { token: secret }),
      world.call('GET', `/v1/audit/events?limit=${secret}`, { token: owner.token }),
    ])
    for (const { status, body } of replies) {
      expect(status).toBeGreaterThanOrEqual(400)
      expect(JSON.stringify(body)).not.toContain(secret)
    }
  })

  it.for(
    cases([
      ['no scheme', (token: string) => token],
      ['another scheme', (token: string) => `Basic ${token}`],
      ['two credentials', (token: string) => `Bearer ${token} ${token}`],
      ['quotes', (token: string) => `Bearer "${token}"`],
      ['a comma', (token: string) => `Bearer ${token},`],
      ['nothing after the scheme', () => 'Bearer '],
      ['a very long credential', () => `Bearer ${'a'.repeat(15_000)}`],
    ]),
  )('with %s for Authorization are 401', async ([_, header], { world, owner }) => {
    expect((await world.call('GET', '/v1/vaults', { headers: { authorization: header(owner.token) } })).status).toBe(401)
  })

  it('accept the scheme in any case', async ({ world, owner }) => {
    for (const scheme of ['bearer', 'BEARER', 'Bearer ']) {
      expect((await world.call('GET', '/v1/vaults', { headers: { authorization: `${scheme} ${owner.token}` } })).status).toBe(200)
    }
  })

  it('accept a token from nowhere else', async ({ world, owner }) => {
    expect((await world.call('GET', `/v1/vaults?access_token=${owner.token}&token=${owner.token}`)).status).toBe(401)
    expect((await world.call('GET', '/v1/vaults', { headers: { cookie: `token=${owner.token}` } })).status).toBe(401)
  })

  it('refuse a body with an unknown content encoding', async ({ world }) => {
    const owner = await world.signUp()
    const vault = await world.vault(owner)
    for (const coding of ['gzip', 'zstd', 'br, gzip', 'x-own']) {
      const url = `/v1/vaults/${vault}/secrets/coded`
      const body = { type: 'generic', value: 'plain' }
      const reply = await world.call('PUT', url, { token: owner.token, body, headers: { 'content-encoding': coding } })
      expect([reply.status, reply.body.detail]).toEqual([415, expect.stringContaining(coding)])
      expect((await world.call('GET', url, { token: owner.token })).status).toBe(404)
    }
  })

  it('answer HEAD on the health checks', async ({ world }) => {
    for (const path of ['/livez', '/readyz', '/v1/health', '/v1/health/hsm', '/', '/vaults']) {
      const get = await world.call('GET', path)
      const head = await world.call('HEAD', path)
      expect([path, head.status, head.headers['content-type'], head.body]).toEqual([
        path,
        get.status,
        get.headers['content-type'],
        '',
      ])
    }
  })
})
