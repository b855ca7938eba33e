import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { rowsOf } from '../../support/rows.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const admin = await world.colleague(owner, 'admin')
      const member = await world.colleague(owner)
      const agent = await world.agent(owner)
      return { admin, member, agent }
    })
    .extend('calls', ({ world, owner }) => {
      const create = (token: string, body: object) => world.call('POST', '/v1/vaults', { token, body })
      const get = (token: string, id: string) => world.call('GET', `/v1/vaults/${id}`, { token })
      const names = async (token: string): Promise<string[]> =>
        (await world.call('GET', '/v1/vaults', { token })).body.vaults.map(({ name }: { name: string }) => name)
      const grant = (vaultId: string, principal_type: string, { id }: { id: string }, more: object = {}) =>
        world.call('POST', `/v1/vaults/${vaultId}/policies`, {
          token: owner.token,
          body: { secret_path_pattern: 'a/**', principal_type, principal_id: id, permissions: ['write'], ...more },
        })
      return { create, get, names, grant }
    }),
)

describe.each(engines)('vaults, on $engine', ({ it }) => {
  it('are created with a name and a description, and returned without absent fields', async ({
    owner,
    calls: { create, get },
  }) => {
    const { status, body } = await create(owner.token, { name: 'Prod 🔐', description: 'for production' })
    expect({ status, ...body }).toEqual({
      status: 201,
      id: expect.any(String),
      name: 'Prod 🔐',
      description: 'for production',
      created_by: owner.id,
      created_by_type: 'user',
      created_at: expect.any(String),
      cmek_enabled: false,
    })
    expect((await get(owner.token, body.id)).body).toEqual(body)
    expect((await create(owner.token, { name: 'bare' })).body).toMatchObject({ description: '' })
  })

  it('have names of 1 to 255 characters, without NUL', async ({ owner, calls: { create } }) => {
    for (const name of ['', 'x'.repeat(256), 'a\0b']) {
      expect(await create(owner.token, { name })).toMatchObject({ status: 400, body: { fields: { name: expect.any(String) } } })
    }
    expect((await create(owner.token, { name: 'x'.repeat(255) })).status).toBe(201)
  })

  it('have names without surrounding spaces, unique without case', async ({ owner, calls: { create } }) => {
    const { status, body } = await create(owner.token, { name: '  Ärger ' })
    expect({ status, name: body.name }).toEqual({ status: 201, name: 'Ärger' })
    for (const name of ['ärger', 'ÄRGER\u00a0', 'a\u0308rger', ' Ärger']) {
      expect({ name, status: (await create(owner.token, { name })).status }).toEqual({ name, status: 409 })
    }
    expect(await create(owner.token, { name: '  \u00a0 ' })).toMatchObject({
      status: 400,
      body: { fields: { name: expect.any(String) } },
    })
  })

  it('are returned by the store as values, and only for their own organisation', async ({ world, owner, calls: { create } }) => {
    const { id } = (await create(owner.token, { name: 'values' })).body
    const stranger = await world.signUp()
    const found = (orgId: string) =>
      world.server.database.read(async ({ vaults, deletions }) => [
        await vaults.byId(orgId, id),
        await deletions.deletedVault(orgId, id),
      ])
    expect(await found(owner.orgId)).toEqual([expect.objectContaining({ id, is_system: false }), undefined])
    expect(await found(stranger.orgId)).toEqual([undefined, undefined])
    expect(await world.server.database.run(({ vaults }) => vaults.update(stranger.orgId, id, { name: 'taken' }))).toBeUndefined()
    expect((await world.call('DELETE', `/v1/vaults/${id}`, { token: owner.token })).status).toBe(204)
    expect(await found(owner.orgId)).toEqual([undefined, expect.objectContaining({ id, is_system: false })])
    expect(await found(stranger.orgId)).toEqual([undefined, undefined])
  })

  it('from earlier releases whose names differ only in case keep working, without a third one', async ({
    world,
    owner,
    calls: { create, get, names },
  }) => {
    const made = await Promise.all(['Old', 'x-old'].map(name => create(owner.token, { name })))
    const [one, other] = made.map(({ body }) => body.id as string)
    await world.server.database.run(async ({ vaults }) => {
      for (const [id, name] of [
        [one, 'Old'],
        [other, 'old'],
      ]) {
        const row = await vaults.ofAnyOrg(id ?? '')
        await vaults.remove(owner.orgId, id ?? '')
        if (row) await vaults.add({ ...row, name: name ?? '', name_key: null })
      }
    })
    for (const id of [one, other]) expect((await get(owner.token, id ?? '')).status).toBe(200)
    expect(await names(owner.token)).toEqual(expect.arrayContaining(['Old', 'old']))
    expect((await create(owner.token, { name: 'OLD' })).status).toBe(409)
  })

  it('are created once when two requests use names that differ in case at the same time', async ({
    owner,
    calls: { create },
  }) => {
    const asked = await Promise.all(['Contest', 'contest', 'CONTEST', ' contest '].map(name => create(owner.token, { name })))
    expect(asked.map(({ status }) => status).toSorted()).toEqual([201, 409, 409, 409])
  })

  it('have unique names in the organisation, no matter who created them', async ({
    world,
    owner,
    scene: { member },
    calls: { create },
  }) => {
    const stranger = await world.signUp()
    expect((await create(owner.token, { name: 'same' })).status).toBe(201)
    expect(await create(member.token, { name: 'same' })).toMatchObject({
      status: 409,
      body: { title: 'Conflict', detail: 'A vault named "same" already exists.' },
    })
    expect((await create(owner.token, { name: 'Same' })).status).toBe(409)
    expect((await create(stranger.token, { name: 'same' })).status).toBe(201)
  })

  it('are created once for a name, even by many requests at once', async ({ owner, calls: { create } }) => {
    const replies = await Promise.all(Array.from({ length: 12 }, () => create(owner.token, { name: 'race' })))
    expect(replies.map(({ status }) => status).sort()).toEqual([201, ...Array(11).fill(409)])
  })

  it('are visible to owners, admins, their creator and principals with a policy in them', async ({
    owner,
    scene: { member, agent, admin },
    calls: { create, grant, names, get },
  }) => {
    const mine = (await create(member.token, { name: 'of the member' })).body.id
    const shared = (await create(owner.token, { name: 'shared' })).body.id
    const hidden = (await create(owner.token, { name: 'hidden' })).body.id
    await grant(shared, 'agent', agent)
    await grant(shared, 'user', member)
    for (const { token } of [owner, admin])
      expect(await names(token)).toEqual(expect.arrayContaining(['of the member', 'shared', 'hidden']))
    expect(await names(member.token)).toEqual(['of the member', 'shared'])
    expect(await names(agent.token)).toEqual(['shared'])
    expect([(await get(member.token, mine)).status, (await get(agent.token, shared)).status]).toEqual([200, 200])
    expect([(await get(member.token, hidden)).status, (await get(agent.token, hidden)).status]).toEqual([403, 403])
  })

  it('are no longer visible when the policy has expired or was deleted', async ({
    world,
    owner,
    calls: { create, grant, names, get },
  }) => {
    const vaultId = (await create(owner.token, { name: 'for a while' })).body.id
    const guest = await world.agent(owner)
    await world.ended(expires_at => grant(vaultId, 'agent', guest, { expires_at }))
    expect([await names(guest.token), (await get(guest.token, vaultId)).status]).toEqual([[], 403])
    const policy = (await grant(vaultId, 'agent', guest)).body.id
    expect([await names(guest.token), (await get(guest.token, vaultId)).status]).toEqual([['for a while'], 200])
    await world.call('DELETE', `/v1/vaults/${vaultId}/policies/${policy}`, { token: owner.token })
    expect([await names(guest.token), (await get(guest.token, vaultId)).status]).toEqual([[], 403])
  })

  it('are visible to an agent only within its vault_ids', async ({ world, owner, calls: { create, grant, names, get } }) => {
    const [inside, outside] = [
      (await create(owner.token, { name: 'in' })).body.id,
      (await create(owner.token, { name: 'out' })).body.id,
    ]
    const bounded = await world.agent(owner, { vault_ids: [inside] })
    await grant(inside, 'agent', bounded)
    await grant(outside, 'agent', bounded)
    expect(await names(bounded.token)).toEqual(['in'])
    expect([(await get(bounded.token, inside)).status, (await get(bounded.token, outside)).status]).toEqual([200, 403])
  })

  it('cannot be created by agents', async ({ scene: { agent }, calls: { create } }) => {
    expect((await create(agent.token, { name: 'of an agent' })).status).toBe(403)
  })

  it('are deleted by owners, admins and their creator', async ({
    world,
    owner,
    scene: { member, agent, admin },
    calls: { create, grant },
  }) => {
    const remove = (token: string, id: string) => world.call('DELETE', `/v1/vaults/${id}`, { token })
    const mine = (await create(member.token, { name: 'to go 1' })).body.id
    const theirs = (await create(owner.token, { name: 'to go 2' })).body.id
    await grant(theirs, 'user', member, { permissions: ['admin'], secret_path_pattern: '**' })
    await grant(theirs, 'agent', agent, { permissions: ['admin'], secret_path_pattern: '**' })
    expect([(await remove(member.token, theirs)).status, (await remove(agent.token, theirs)).status]).toEqual([403, 403])
    expect([(await remove(member.token, mine)).status, (await remove(admin.token, theirs)).status]).toEqual([204, 204])
    expect((await remove(admin.token, theirs)).status).toBe(404)
  })

  it('are deleted with everything in them, and their name can be used again', async ({
    world,
    owner,
    scene: { agent },
    calls: { create, grant },
  }) => {
    const vaultId = (await create(owner.token, { name: 'short-lived' })).body.id
    await world.put(owner, vaultId, 'a/b', 'value')
    await world.put(owner, vaultId, 'a/b', 'value 2')
    await grant(vaultId, 'agent', agent)
    expect((await world.call('DELETE', `/v1/vaults/${vaultId}?purge=true`, { token: owner.token })).status).toBe(204)
    const urls = ['', '/secrets', '/secrets/a/b', '/secret-versions/a/b', '/secret-version/a/b/1', '/policies'].map(
      end => `/v1/vaults/${vaultId}${end}`,
    )
    for (const url of urls) expect((await world.call('GET', url, { token: owner.token })).status).toBe(404)
    const put = await world.call('PUT', `/v1/vaults/${vaultId}/secrets/a/b`, { token: owner.token, body: { value: 'v' } })
    expect(put.status).toBe(404)
    for (const table of ['vaults', 'policies', 'secrets']) {
      const column = table === 'vaults' ? 'id' : 'vault_id'
      expect(await rowsOf(world, `SELECT * FROM ${table} WHERE ${column} = '${vaultId}'`)).toEqual([])
    }
    expect(await rowsOf(world, 'SELECT * FROM secret_versions WHERE secret_id NOT IN (SELECT id FROM secrets)')).toEqual([])
    const again = (await create(owner.token, { name: 'short-lived' })).body.id
    expect((await world.call('GET', `/v1/vaults/${again}/secrets/a/b`, { token: owner.token })).status).toBe(404)
  })

  it('are not restored by a write while they are deleted', async ({
    world,
    owner,
    scene: { agent },
    calls: { create, grant },
  }) => {
    const vaultId = (await create(owner.token, { name: 'contested' })).body.id
    for (let i = 0; i < 10; i++) await world.put(owner, vaultId, `p${i}`, 'v')
    const writes = Array.from({ length: 20 }, (_, i) =>
      world.call('PUT', `/v1/vaults/${vaultId}/secrets/p${i}`, { token: owner.token, body: { value: 'v' } }),
    )
    const grants = Array.from({ length: 5 }, () => grant(vaultId, 'agent', agent))
    const removal = world.call('DELETE', `/v1/vaults/${vaultId}?purge=true`, { token: owner.token })
    expect((await removal).status).toBe(204)
    for (const { status } of await Promise.all([...writes, ...grants])) expect([201, 404]).toContain(status)
    expect(await rowsOf(world, `SELECT * FROM secrets WHERE vault_id = '${vaultId}'`)).toEqual([])
  })
})
