import { randomBytes } from 'node:crypto'
import { describe, expect } from 'vitest'
import { cmekKey } from '../../../src/crypto/cmek.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('agent', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      const agent = await world.agent(owner)
      await world.policy(owner, vaultId, agent, '**', ['read', 'write', 'delete'])
      return agent
    })
    .extend('calls', ({ world, owner, vaultId }) => {
      const call = (method: string, url: string, body?: object, token = owner.token) =>
        world.call(method, `/v1/vaults/${vaultId}/${url}`, { token, body })
      const put = (path: string, value: string, more: object = {}) => world.put(owner, vaultId, path, value, more)
      const usage = async (path: string) => {
        const { body } = await ok(call('GET', `secret-versions/${path}?include=usage`))
        return body.versions[0]
      }
      const events = async (action: string) => (await allEvents(world)).filter(event => event.action === action)
      return { call, put, usage, events }
    }),
)

describe.each(engines)('what accompanies the value of a secret, on $engine', ({ it }) => {
  it('metadata, expiry and access limit change without a new version, and omitted ones stay', async ({
    calls: { put, call, usage, events },
  }) => {
    await put('a', 'value', { metadata: { team: 'a' }, expires_at: '2999-01-01T00:00:00Z', max_access_count: 3 })
    await ok(call('GET', 'secrets/a'))
    const first = await ok(call('PATCH', 'secrets/a', { metadata: { team: 'b' } }))
    expect(first.body).toMatchObject({ version: 1, metadata: { team: 'b' }, expires_at: '2999-01-01T00:00:00.000Z' })
    expect(first.body).not.toHaveProperty('value')
    expect((await ok(call('PATCH', 'secrets/a', { expires_at: null, max_access_count: 2 }))).body).not.toHaveProperty(
      'expires_at',
    )
    expect(await usage('a')).toMatchObject({ version: 1, max_access_count: 2, access_count: 1, metadata: { team: 'b' } })
    expect((await ok(call('GET', 'secrets/a'))).body.value).toBe('value')
    expect((await call('GET', 'secrets/a')).status).toBe(410)
    await ok(call('PATCH', 'secrets/a', { max_access_count: 0, metadata: {} }))
    expect((await ok(call('GET', 'secrets/a'))).body).toMatchObject({ value: 'value', metadata: {} })
    const told = (await events('secret.write')).map(({ details }) => details['change'])
    expect(told).toEqual(expect.arrayContaining(['metadata', 'expires_at,max_access_count']))
  })

  it('an agent can tighten but not loosen', async ({ agent, calls: { put, call } }) => {
    await put('bounded', 'v', { expires_at: '2998-01-01T00:00:00Z', max_access_count: 5 })
    const patch = async (body: object) => (await call('PATCH', 'secrets/bounded', body, agent.token)).status
    expect(await patch({ expires_at: '2999-01-01T00:00:00Z' })).toBe(403)
    expect(await patch({ expires_at: null })).toBe(403)
    expect(await patch({ max_access_count: 6 })).toBe(403)
    expect(await patch({ max_access_count: 0 })).toBe(403)
    expect(await patch({ expires_at: '2997-01-01T00:00:00Z', max_access_count: 4, metadata: { by: 'agent' } })).toBe(200)
    expect((await call('POST', 'secret-rollback/bounded/1', undefined, agent.token)).status).toBe(403)
    expect((await call('POST', 'secret-copy/bounded', { to: 'bounded-2' }, agent.token)).status).toBe(403)
  })

  it('deleted, disabled and unknown secrets are not changed', async ({ calls: { put, call } }) => {
    await put('off', 'v')
    await ok(call('POST', 'secret-version-disable/off/1'))
    await put('gone', 'v')
    await ok(call('DELETE', 'secrets/gone'))
    const patch = async (path: string) => (await call('PATCH', `secrets/${path}`, { metadata: { a: 1 } })).status
    expect([await patch('off'), await patch('gone'), await patch('never')]).toEqual([410, 410, 404])
  })

  it('a new value keeps all but the expiry, and only the type after a deletion', async ({ calls: { put, usage, call } }) => {
    const beside = { type: 'password', metadata: { k: 'v' }, rotation_policy: { days: 30 }, max_access_count: 7 }
    await put('kept', 'one', { ...beside, expires_at: '2999-01-01T00:00:00Z' })
    await put('kept', 'two')
    expect(await usage('kept')).toMatchObject({ ...beside, version: 2, access_count: 0 })
    expect(await usage('kept')).not.toHaveProperty('expires_at')
    await put('kept', 'three', { metadata: {}, max_access_count: 0 })
    expect(await usage('kept')).toMatchObject({ type: 'password', metadata: {} })
    expect(await usage('kept')).not.toHaveProperty('max_access_count')
    await put('kept', 'four', { metadata: { k: 'w' } })
    await ok(call('DELETE', 'secrets/kept'))
    expect((await put('kept', 'five')).body).toMatchObject({ type: 'password', metadata: {} })
  })

  it('a move within a vault keeps id, history and shares, and is one event', async ({
    world,
    owner,
    vaultId,
    calls: { put, call, events },
  }) => {
    const { body: secret } = await put('from/here', 'one')
    await put('from/here', 'two')
    const share = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' }
    const made = await ok(world.call('POST', `/v1/secrets/${secret.id}/share`, { token: owner.token, body: share }))
    await ok(call('GET', 'secrets/from/here'))
    expect((await call('GET', 'secrets/to/there')).status).toBe(404)
    const moved = await ok(call('POST', 'secret-move/from/here', { to: 'to/there' }))
    expect(moved.body).toMatchObject({ id: secret.id, path: 'to/there', version: 2 })
    expect((await call('GET', 'secrets/from/here')).status).toBe(404)
    expect((await ok(call('GET', 'secrets/to/there'))).body.value).toBe('two')
    expect((await ok(call('GET', 'secret-version/to/there/1'))).body.value).toBe('one')
    expect((await ok(world.call('GET', `/v1/share/${made.body.id}`))).body.value).toBe('two')
    expect((await events('secret.move')).filter(({ vault_id }) => vault_id === vaultId).map(({ details }) => details)).toEqual([
      { path: 'from/here', to: 'to/there', to_vault: vaultId, to_id: secret.id, rule: 'creator' },
    ])
    await put('other', 'x')
    expect((await call('POST', 'secret-move/to/there', { to: 'other' })).status).toBe(409)
    expect((await call('POST', 'secret-move/to/there', { to: 'to/there' })).status).toBe(409)
    expect((await call('POST', 'secret-move/to/there', { to: 'not//canonical' })).status).toBe(400)
  })

  it('a copy has its own history, and a move to another vault leaves nothing behind and can be reversed', async ({
    world,
    owner,
    vaultId,
    calls: { put, call, events },
  }) => {
    const other = await world.vault(owner)
    await put('src', 'one', { type: 'note' })
    await put('src', 'two', { metadata: { n: 2 } })
    await ok(call('POST', 'secret-version-disable/src/1'))
    const copied = await call('POST', 'secret-copy/src', { to: 'dst', to_vault_id: other })
    expect(copied).toMatchObject({ status: 201, body: { path: 'dst', version: 2, type: 'note', metadata: { n: 2 } } })
    const there = (url: string) => world.call('GET', `/v1/vaults/${other}/${url}`, { token: owner.token })
    expect((await there('secrets/dst')).body.value).toBe('two')
    expect((await there('secret-version/dst/1')).status).toBe(410)
    await put('src', 'three')
    expect((await there('secrets/dst')).body.value).toBe('two')
    expect(await call('POST', 'secret-copy/src', { to: 'dst', to_vault_id: other })).toMatchObject({
      status: 409,
      body: { hint: expect.stringContaining('Choose another path') },
    })
    await ok(call('POST', 'secret-move/src', { to: 'moved', to_vault_id: other }))
    expect([(await call('GET', 'secrets/src')).status, (await there('secrets/moved')).body.value]).toEqual([404, 'three'])
    const told = (await events('secret.move')).filter(({ vault_id }) => vault_id === other)
    expect(told.map(({ details }) => details)).toEqual([
      { path: 'moved', from: 'src', from_vault: vaultId, versions: 3, rule: 'creator' },
    ])
    expect((await call('POST', 'secret-restore/src')).status).toBe(404)
    await ok(
      world.call('POST', `/v1/vaults/${other}/secret-move/moved`, {
        token: owner.token,
        body: { to: 'src', to_vault_id: vaultId },
      }),
    )
    expect((await call('GET', 'secrets/src')).body).toMatchObject({ value: 'three', version: 3 })
    expect((await ok(call('GET', 'secret-version/src/2'))).body.value).toBe('two')
    await ok(call('POST', 'secret-move/src', { to: 'moved', to_vault_id: other }))
    expect((await put('src', 'anew')).body.version).toBe(1)
  })

  it('a share of a secret that is moved to another vault ends', async ({ world, owner, calls: { put, call } }) => {
    const other = await world.vault(owner)
    const { body: secret } = await put('shared', 'v')
    const share = { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' }
    const made = await ok(world.call('POST', `/v1/secrets/${secret.id}/share`, { token: owner.token, body: share }))
    await ok(call('POST', 'secret-move/shared', { to: 'shared', to_vault_id: other }))
    expect([404, 410]).toContain((await world.call('GET', `/v1/share/${made.body.id}`)).status)
  })

  it('both paths are authorised', async ({ world, owner, vaultId, calls: { put, call } }) => {
    await put('mine/a', 'v')
    const narrow = await world.agent(owner)
    await world.policy(owner, vaultId, narrow, 'mine/**', ['read', 'write'])
    await world.policy(owner, vaultId, narrow, 'dropbox/**', ['write'])
    const as = async (url: string, to: string) => (await call('POST', url, { to }, narrow.token)).status
    expect(await as('secret-copy/mine/a', 'others/a')).toBe(403)
    expect(await as('secret-copy/mine/a', 'dropbox/a')).toBe(201)
    expect(await as('secret-copy/dropbox/a', 'mine/b')).toBe(403)
    const stranger = await world.signUp()
    const theirs = await world.vault(stranger)
    expect((await call('POST', 'secret-copy/mine/a', { to: 'a', to_vault_id: theirs })).status).toBe(404)
  })

  it('a value under a customer key cannot go to a vault with another key', async ({ world, owner, vaultId }) => {
    const bytes = randomBytes(32)
    const key = await cmekKey(bytes)
    const cmek = await world.vault(owner)
    const at = (url: string) => `/v1/vaults/${cmek}/${url}`
    await ok(world.call('POST', at('cmek'), { token: owner.token, body: { fingerprint: key.fingerprint } }))
    await world.put(owner, cmek, 'a', await key.encrypt('v'), { cmek_fingerprint: key.fingerprint })
    const copy = (body: object) => world.call('POST', at('secret-copy/a'), { token: owner.token, body })
    expect((await copy({ to: 'a', to_vault_id: vaultId })).status).toBe(409)
    expect((await copy({ to: 'b' })).status).toBe(201)
    expect(await key.decrypt((await world.call('GET', at('secrets/b'), { token: owner.token })).body.value)).toBe('v')
  })
})
