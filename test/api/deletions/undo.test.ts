import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents, everything, rowsOf } from '../../support/rows.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

const DAY = 86_400_000

describe.each(onEngines(testsOn))('a deleted secret, on $engine', ({ it: base }) => {
  let owner: TestUser
  let vaultId: string
  const it = base.extend('calls', ({ world }) => {
    const call = (method: string, url: string, body?: object) => world.call(method, at(url), { token: owner.token, body })
    const get = (url: string) => call('GET', url)
    const put = (path: string, value: string, more: object = {}) => world.put(owner, vaultId, path, value, more)
    const later = async (days: number) => {
      world.advance(days * DAY)
      const body = { email: owner.email, password: PASSWORD }
      owner = { ...owner, token: (await ok(world.call('POST', '/v1/auth/token', { body }))).body.access_token }
    }
    const purge = () => world.server.services.secretDeletion.purgeLapsed()
    return { call, get, put, later, purge }
  })
  it.beforeAll(async ({ world }) => {
    owner = await world.signUp()
    vaultId = await world.vault(owner)
  })

  const at = (url: string) => `/v1/vaults/${vaultId}/${url}`

  it('is restored with exactly the versions that were deleted with it', async ({ world, calls: { call, get, put } }) => {
    await put('a', 'one')
    await ok(call('DELETE', 'secrets/a'))
    world.advance(1000)
    await put('a', 'two')
    await put('a', 'three', { metadata: { k: 'v' } })
    await ok(call('DELETE', 'secrets/a'))
    expect([(await get('secrets/a')).status, (await get('secret-version/a/2')).status]).toEqual([410, 410])
    expect((await ok(call('POST', 'secret-restore/a'))).body).toMatchObject({ version: 3, metadata: { k: 'v' } })
    expect((await get('secrets/a')).body).toMatchObject({ value: 'three', version: 3 })
    expect((await get('secret-version/a/2')).body.value).toBe('two')
    expect((await get('secret-version/a/1')).status).toBe(410)
    expect((await call('POST', 'secret-restore/a')).status).toBe(409)
    expect((await call('POST', 'secret-restore/never')).status).toBe(404)
    const restored = (await allEvents(world)).filter(({ action }) => action === 'secret.restore')
    expect(restored.map(({ details }) => details)).toContainEqual({ path: 'a', versions: 2, rule: 'creator' })
  })

  it('comes back without its shares', async ({ world, calls: { call, put } }) => {
    const { body: secret } = await put('shared', 'value')
    const share = { secret_id: secret.id, recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' }
    const made = await ok(world.call('POST', `/v1/secrets/${secret.id}/share`, { token: owner.token, body: share }))
    expect((await world.call('GET', `/v1/share/${made.body.id}`)).status).toBe(200)
    await ok(call('DELETE', 'secrets/shared'))
    await ok(call('POST', 'secret-restore/shared'))
    expect((await world.call('GET', `/v1/share/${made.body.id}`)).status).toBe(410)
  })

  it('is purged after the retention period, and nothing of it is left', async ({
    world,
    calls: { call, get, put, later, purge },
  }) => {
    await put('old', 'one')
    await ok(call('DELETE', 'secrets/old'))
    await later(29)
    await purge()
    expect((await get('secrets/old')).status).toBe(410)
    await later(2)
    expect((await call('POST', 'secret-restore/old')).status).toBe(404)
    await put('young', 'one')
    await ok(call('DELETE', 'secrets/young'))
    await purge()
    expect((await get('secrets/old')).status).toBe(404)
    expect(await rowsOf(world, "SELECT id FROM secrets WHERE path = 'old'")).toEqual([])
    expect((await ok(call('POST', 'secret-restore/young'))).body.version).toBe(1)
    const purged = (await allEvents(world)).filter(
      ({ action, details }) => action === 'secret.purge' && details['path'] === 'old',
    )
    expect(purged).toMatchObject([{ actor_type: 'system', details: { versions: 1 } }])
    expect((await put('old', 'again')).body.version).toBe(1)
  })

  it('is purged at once on request of a person, whether or not it was deleted before', async ({
    world,
    calls: { call, get, put },
  }) => {
    const { body: first } = await put('gone', 'secret-of-the-first')
    const [row] = await rowsOf(world, `SELECT wrapped_dek FROM secret_versions WHERE secret_id = '${first.id}'`)
    const sealed = Buffer.from(row?.['wrapped_dek'] as Uint8Array).toString('hex')
    expect(await everything(world)).toContain(sealed)
    const agent = await world.agent(owner)
    await world.policy(owner, vaultId, agent, '**', ['write', 'delete'])
    const byAgent = await world.call('DELETE', `${at('secrets/gone')}?purge=true`, { token: agent.token })
    expect(byAgent.status).toBe(403)
    expect((await call('DELETE', 'secrets/gone?purge=true')).status).toBe(204)
    expect(await everything(world)).not.toContain(sealed)
    expect([(await get('secrets/gone')).status, (await call('POST', 'secret-restore/gone')).status]).toEqual([404, 404])
    expect((await put('gone', 'second')).body).toMatchObject({ version: 1 })
    expect((await get('secrets/gone')).body).toMatchObject({ value: 'second' })
    await ok(call('DELETE', 'secrets/gone'))
    expect((await call('DELETE', 'secrets/gone?purge=true')).status).toBe(204)
    expect((await call('DELETE', 'secrets/gone?purge=true')).status).toBe(404)
    expect((await call('DELETE', 'secrets/gone?purge=perhaps')).status).toBe(400)
  })

  it('is gone (410) for older clients, and a new secret continues with the next version', async ({
    calls: { call, get, put },
  }) => {
    await put('plain', 'one')
    expect((await call('DELETE', 'secrets/plain')).status).toBe(204)
    expect([(await get('secrets/plain')).status, (await call('DELETE', 'secrets/plain')).status]).toEqual([410, 404])
    expect((await put('plain', 'two')).body.version).toBe(2)
    expect((await get('secret-versions/plain')).body.versions).toHaveLength(1)
  })

  it('has old versions that can be restored as new ones, with type and metadata', async ({
    world,
    calls: { call, get, put },
  }) => {
    await put('rolled', 'one', { type: 'note', metadata: { n: 1 }, max_access_count: 5 })
    await put('rolled', 'two', { type: 'password', metadata: { n: 2 } })
    const rolled = await call('POST', 'secret-rollback/rolled/1')
    expect(rolled).toMatchObject({ status: 201, body: { version: 3, type: 'note', metadata: { n: 1 } } })
    expect(rolled.body).not.toHaveProperty('value')
    expect((await get('secrets/rolled')).body).toMatchObject({ value: 'one', version: 3 })
    await ok(call('POST', 'secret-version-disable/rolled/2'))
    expect((await call('POST', 'secret-rollback/rolled/2')).status).toBe(410)
    expect((await call('POST', 'secret-rollback/rolled/9')).status).toBe(404)
    const event = (await allEvents(world)).findLast(({ action }) => action === 'secret.write')
    expect(event?.details).toMatchObject({ path: 'rolled' })
    const writer = await world.agent(owner)
    await world.policy(owner, vaultId, writer, 'unread', ['write'])
    await put('unread', 'one')
    const blind = await world.call('POST', at('secret-rollback/unread/1'), { token: writer.token })
    expect([blind.status, JSON.stringify(blind.body).includes('one')]).toEqual([201, false])
  })

  it('has older versions that are purged on request', async ({ calls: { call, get, put } }) => {
    for (const value of ['1', '2', '3', '4']) await put('pruned', value)
    expect((await ok(call('POST', 'secret-prune/pruned', { keep: 2 }))).body).toEqual({ purged: 2 })
    expect((await get('secret-versions/pruned')).body.versions.map(({ version }: { version: number }) => version)).toEqual([4, 3])
    expect((await get('secret-version/pruned/2')).status).toBe(404)
    expect((await get('secrets/pruned')).body.value).toBe('4')
    expect((await ok(call('POST', 'secret-prune/pruned', { keep: 2 }))).body).toEqual({ purged: 0 })
    expect((await call('POST', 'secret-prune/pruned', { keep: 0 })).status).toBe(400)
  })
})

describe.each(onEngines(testsOn))('a deleted vault, on $engine', ({ it: base }) => {
  let owner: TestUser
  const it = base.extend('calls', ({ world }) => {
    const call = (method: string, url: string, body?: object, token = owner.token) => world.call(method, url, { token, body })
    const later = async (days: number) => {
      world.advance(days * DAY)
      const body = { email: owner.email, password: PASSWORD }
      owner = { ...owner, token: (await ok(world.call('POST', '/v1/auth/token', { body }))).body.access_token }
    }
    const deleted = async () => (await ok(call('GET', '/v1/deleted-vaults'))).body.vaults as { id: string; name: string }[]
    const events = async (id: string) =>
      (await allEvents(world))
        .filter(event => event.vault_id === id && event.action !== 'secret.write')
        .map(({ action }) => action)
    return { call, later, deleted, events }
  })
  it.beforeAll(async ({ world }) => {
    owner = await world.signUp()
  })

  it('looks like an unknown vault, frees its name, and is restored with secrets and policies', async ({
    world,
    calls: { call, deleted },
  }) => {
    const name = `v ${randomUUID()}`
    const id = await world.vault(owner, name)
    await world.put(owner, id, 'a', 'kept')
    const agent = await world.agent(owner)
    await world.policy(owner, id, agent, 'a', ['read'])
    const read = () => call('GET', `/v1/vaults/${id}/secrets/a`, undefined, agent.token)
    expect((await read()).status).toBe(200)
    await ok(call('DELETE', `/v1/vaults/${id}`))
    expect([(await read()).status, (await call('DELETE', `/v1/vaults/${id}`)).status]).toEqual([404, 404])
    expect((await call('GET', '/v1/vaults')).body.vaults.map((vault: { id: string }) => vault.id)).not.toContain(id)
    expect((await call('GET', '/v1/vaults', undefined, agent.token)).body.vaults).toEqual([])
    expect(await deleted()).toContainEqual(expect.objectContaining({ id, name }))
    const other = await world.vault(owner, name)
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`)).status).toBe(409)
    const back = await call('POST', `/v1/deleted-vaults/${id}/restore`, { name: `${name} 2` })
    expect(back).toMatchObject({ status: 200, body: { id, name: `${name} 2` } })
    expect((await read()).body.value).toBe('kept')
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`)).status).toBe(404)
    await ok(call('DELETE', `/v1/vaults/${other}`))
    await ok(call('DELETE', `/v1/vaults/${id}`))
    expect((await ok(call('POST', `/v1/deleted-vaults/${other}/restore`))).body.name).toBe(name)
  })

  it('is restored by its creator, owners and admins, and is invisible to others', async ({ world, calls: { call } }) => {
    const member = await world.colleague(owner)
    const other = await world.colleague(owner)
    const id = await world.vault(member)
    await ok(call('DELETE', `/v1/vaults/${id}`, undefined, member.token))
    const seen = async (token: string) => (await ok(call('GET', '/v1/deleted-vaults', undefined, token))).body.vaults.length
    expect([await seen(other.token), await seen(member.token)]).toEqual([0, 1])
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`, undefined, other.token)).status).toBe(403)
    const stranger = await world.signUp()
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`, undefined, stranger.token)).status).toBe(404)
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`, undefined, member.token)).status).toBe(200)
  })

  it('is purged after the retention period, and its key is destroyed', async ({
    world,
    calls: { call, later, deleted, events },
  }) => {
    const id = await world.vault(owner)
    await world.put(owner, id, 'a', 'gone')
    await ok(call('DELETE', `/v1/vaults/${id}`))
    await later(29)
    await world.server.services.vaultDeletion.purgeLapsed()
    expect((await deleted()).map(vault => vault.id)).toContain(id)
    await later(2)
    expect((await call('POST', `/v1/deleted-vaults/${id}/restore`)).status).toBe(404)
    await world.server.services.vaultDeletion.purgeLapsed()
    expect(await rowsOf(world, `SELECT id FROM vaults WHERE id = '${id}'`)).toEqual([])
    expect(await events(id)).toEqual(['vault.create', 'vault.delete', 'vault.restore', 'vault.purge', 'key.destroy'])
  })

  it('is purged at once on request, whether or not it was deleted before', async ({
    world,
    calls: { call, deleted, events },
  }) => {
    const [one, two] = [await world.vault(owner), await world.vault(owner)]
    expect((await call('DELETE', `/v1/vaults/${one}?purge=true`)).status).toBe(204)
    await ok(call('DELETE', `/v1/vaults/${two}`))
    expect((await call('DELETE', `/v1/deleted-vaults/${two}`)).status).toBe(204)
    const left = (await deleted()).map(({ id }) => id)
    expect([left.includes(one), left.includes(two)]).toEqual([false, false])
    expect(await events(one)).toEqual(['vault.create', 'vault.delete', 'key.destroy'])
    expect(await events(two)).toEqual(['vault.create', 'vault.delete', 'vault.purge', 'key.destroy'])
    for (const id of [one, two]) {
      expect(await rowsOf(world, `SELECT id FROM vaults WHERE id = '${id}'`)).toEqual([])
      expect(await rowsOf(world, `SELECT id FROM doomed_keks WHERE vault_id = '${id}'`)).toEqual([])
    }
  })
})
