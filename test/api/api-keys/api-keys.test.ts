import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

describe.each(onEngines(testsOn))('personal API keys, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner, vaultId }) => {
    const newKey = async (body: object = {}, token = owner.token) =>
      (await ok(world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'key', ...body } }))).body
    const exchange = (api_key: string) => world.call('POST', '/v1/auth/api-key-token', { body: { api_key } })
    const me = (token: string) => world.call('GET', '/v1/auth/me', { token })
    const read = (token: string, path: string) => world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token })
    const listed = async (id: string, token = owner.token) =>
      (await world.call('GET', '/v1/auth/api-keys', { token })).body.keys.find((key: { id: string }) => key.id === id)
    return { newKey, exchange, me, read, listed }
  })
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'prod/db', 'value')
    await world.put(owner, vaultId, 'dev/db', 'value')
  })

  it('are shown once and stored as a hash', async ({ world, calls: { newKey, listed } }) => {
    const { key, api_key } = await newKey({ name: 'laptop', scopes: ['prod/**', 'team:ops'], expires_at: '2999-01-01T00:00:00Z' })
    expect(api_key).toMatch(/^1ck_[A-Za-z0-9_-]{43}$/)
    expect(key).toEqual({
      id: expect.any(String),
      name: 'laptop',
      key_prefix: api_key.slice(0, 12),
      scopes: ['prod/**', 'team:ops'],
      is_active: true,
      created_at: expect.any(String),
      expires_at: '2999-01-01T00:00:00.000Z',
    })
    expect(await listed(key.id)).toEqual(key)
    expect(JSON.stringify(await rowsOf(world, 'SELECT * FROM api_keys'))).not.toContain(api_key.slice(12))
  })

  it('work as Bearer tokens, and can be exchanged for one', async ({ owner, calls: { newKey, exchange, me, listed } }) => {
    const { api_key, key } = await newKey()
    expect((await me(api_key)).body.id).toBe(owner.id)
    const { body } = await exchange(api_key)
    expect(body).toEqual({ access_token: expect.any(String), token_type: 'Bearer', expires_in: 900 })
    expect((await me(body.access_token)).body.id).toBe(owner.id)
    await expect.poll(async () => (await listed(key.id)).last_used_at).toEqual(expect.any(String))
  })

  it('end at once when they are revoked, with every token made from them', async ({
    world,
    owner,
    calls: { newKey, exchange, me, listed },
  }) => {
    const { api_key, key } = await newKey()
    const { access_token } = (await exchange(api_key)).body
    expect([(await me(api_key)).status, (await me(access_token)).status]).toEqual([200, 200])
    expect((await world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: owner.token })).status).toBe(204)
    expect([(await me(api_key)).status, (await me(access_token)).status, (await exchange(api_key)).status]).toEqual([
      401, 401, 401,
    ])
    expect((await world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: owner.token })).status).toBe(404)
    expect(await listed(key.id)).toMatchObject({ is_active: false })
  })

  it('end at their expiry time, with every token made from them', async ({ world, calls: { newKey, exchange, me } }) => {
    const { api_key } = await newKey({ expires_at: new Date(Date.now() + 60_000).toISOString() })
    const { access_token } = (await exchange(api_key)).body
    expect((await me(api_key)).status).toBe(200)
    world.advance(61_000)
    expect([(await me(api_key)).status, (await me(access_token)).status, (await exchange(api_key)).status]).toEqual([
      401, 401, 401,
    ])
    world.advance(-61_000)
  })

  it('are bounded by their scopes, also as a token, whatever their owner can do', async ({
    world,
    vaultId,
    calls: { newKey, exchange, read },
  }) => {
    const { api_key } = await newKey({ scopes: ['prod/*'] })
    for (const token of [api_key, (await exchange(api_key)).body.access_token]) {
      expect((await read(token, 'prod/db')).status).toBe(200)
      expect((await read(token, 'dev/db')).status).toBe(403)
      const put = await world.call('PUT', `/v1/vaults/${vaultId}/secrets/dev/new`, { token, body: { value: 'v' } })
      expect(put.status).toBe(403)
      const { secrets } = (await world.call('GET', `/v1/vaults/${vaultId}/secrets`, { token })).body
      expect(secrets.map(({ path }: { path: string }) => path)).toEqual(['prod/db'])
    }
  })

  it('are not limited by scopes that are only labels', async ({ calls: { newKey, read } }) => {
    const { api_key } = await newKey({ scopes: ['ci:deploy'] })
    expect((await read(api_key, 'dev/db')).status).toBe(200)
  })

  it('manage nothing when they are limited by scopes', async ({ world, vaultId, calls: { newKey } }) => {
    const { api_key: token, key } = await newKey({ scopes: ['prod/**'] })
    const attempts = [
      world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token }),
      world.call('PATCH', '/v1/auth/me', { token, body: { display_name: 'Mallory' } }),
      world.call('POST', '/v1/vaults', { token, body: { name: 'mine' } }),
      world.call('DELETE', `/v1/vaults/${vaultId}`, { token }),
      world.call('GET', `/v1/vaults/${vaultId}/policies`, { token }),
      world.call('POST', '/v1/agents', { token, body: { name: 'mine' } }),
      world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'wider' } }),
      world.call('GET', '/v1/audit/checkpoints', { token }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 403))
  })

  it('cannot make keys, nor can tokens made from them', async ({ world, calls: { newKey, exchange } }) => {
    const { api_key } = await newKey()
    for (const token of [api_key, (await exchange(api_key)).body.access_token]) {
      expect((await world.call('POST', '/v1/auth/api-keys', { token, body: { name: 'child' } })).status).toBe(403)
    }
  })

  it('are neither listed nor revoked by others', async ({ world, owner, calls: { newKey, listed } }) => {
    const other = await world.colleague(owner, 'admin')
    const { key } = await newKey()
    expect(await listed(key.id, other.token)).toBeUndefined()
    expect((await world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: other.token })).status).toBe(404)
    expect(await listed(key.id)).toMatchObject({ is_active: true })
  })

  it.for(cases([['/prod'], ['prod/'], ['a b'], ['']]))('refuse the scope %j', async ([scope], { world, owner }) => {
    const reply = await world.call('POST', '/v1/auth/api-keys', {
      token: owner.token,
      body: { name: 'k', scopes: ['ok/**', scope] },
    })
    expect(reply).toMatchObject({ status: 400, body: { fields: { 'scopes[1]': expect.any(String) } } })
  })
})
