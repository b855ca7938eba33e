import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ENGINES } from '../../support/databases.ts'
import { makeWorld, type TestUser, type World } from '../../support/world.ts'

describe.each(ENGINES)('listing secrets, on %s', engine => {
  let world: World
  let owner: TestUser
  let vaultId: string
  beforeAll(async () => {
    world = await makeWorld(engine)
    owner = await world.signUp()
    vaultId = await world.vault(owner)
    for (const path of ['b/x', 'a/y', 'a/x', 'a-b', 'Z', '_', 'a/x/deep']) await world.put(owner, vaultId, path, 'the value')
  })
  afterAll(() => world?.close())

  const list = (query = '', token = owner.token, id = vaultId) => world.call('GET', `/v1/vaults/${id}/secrets${query}`, { token })
  const paths = async (query = '', token = owner.token) =>
    (await list(query, token)).body.secrets.map(({ path }: { path: string }) => path)

  it('has the newest version of each path, by path, metadata only', async () => {
    await world.put(owner, vaultId, 'a/x', 'the value', { metadata: { n: 2 }, type: 'note', expires_at: '2999-01-01T00:00:00Z' })
    const { body } = await list()
    expect(body.secrets.map(({ path }: { path: string }) => path)).toEqual(['Z', '_', 'a-b', 'a/x', 'a/x/deep', 'a/y', 'b/x'])
    expect(body.secrets[3]).toEqual({
      id: expect.any(String),
      path: 'a/x',
      type: 'note',
      version: 2,
      metadata: { n: 2 },
      created_at: expect.any(String),
      expires_at: '2999-01-01T00:00:00.000Z',
    })
    expect(JSON.stringify(body)).not.toContain('the value')
  })

  it.each([
    ['?prefix=a', ['a-b', 'a/x', 'a/x/deep', 'a/y']],
    ['?prefix=a/', ['a/x', 'a/x/deep', 'a/y']],
    ['?prefix=a%2Fx', ['a/x', 'a/x/deep']],
    ['?prefix=A', []],
    ['?prefix=%25', []],
    ['?prefix=_', ['_']],
    ['?prefix=', ['Z', '_', 'a-b', 'a/x', 'a/x/deep', 'a/y', 'b/x']],
    ['?prefix=%C3%A9', []],
    ['?other=1', ['Z', '_', 'a-b', 'a/x', 'a/x/deep', 'a/y', 'b/x']],
  ])('takes %s as a string prefix', async (query, expected) => {
    expect(await paths(query)).toEqual(expected)
  })

  it('shows expired and disabled ones, not deleted ones', async () => {
    await world.ended(expires_at => world.put(owner, vaultId, 'state/expired', 'v', { expires_at }))
    await world.put(owner, vaultId, 'state/disabled', 'v')
    await world.put(owner, vaultId, 'state/deleted', 'v')
    await world.call('POST', `/v1/vaults/${vaultId}/secret-version-disable/state/disabled/1`, { token: owner.token })
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/state/deleted`, { token: owner.token })
    const { secrets } = (await list('?prefix=state/')).body
    expect(secrets.map(({ path, is_disabled }: { path: string; is_disabled?: boolean }) => [path, is_disabled])).toEqual([
      ['state/disabled', true],
      ['state/expired', undefined],
    ])
  })

  it('has what the caller may read, and no word of the rest', async () => {
    const reader = await world.agent(owner)
    await world.policy(owner, vaultId, reader, 'a/*', ['read'])
    const { body } = await list('', reader.token)
    expect(body).toEqual({ secrets: [expect.objectContaining({ path: 'a/x' }), expect.objectContaining({ path: 'a/y' })] })
    expect(await paths('?prefix=b', reader.token)).toEqual([])
  })

  describe('with a tag', () => {
    let reader: Awaited<ReturnType<World['agent']>>
    let policyId: string
    let id: string
    beforeAll(async () => {
      id = await world.vault(owner)
      await world.put(owner, id, 'seen/a', 'the value')
      reader = await world.agent(owner)
      policyId = await world.policy(owner, id, reader, 'seen/*', ['read'])
    })
    const tagOf = async (query = '') => String((await list(query, reader.token, id)).headers['etag'])
    const again = async (tag: string) =>
      world.call('GET', `/v1/vaults/${id}/secrets`, { token: reader.token, headers: { 'if-none-match': tag } })
    const events = async () =>
      (await world.call('GET', `/v1/audit/events?vault_id=${id}&limit=1000`, { token: owner.token })).body.count

    it('is 304 without a body or an event as long as nothing has changed', async () => {
      const tag = await tagOf()
      expect(tag).toMatch(/^"[\w-]{43}"$/)
      expect(await tagOf('?limit=1')).toBe(tag)
      const before = await events()
      for (const sent of [tag, `W/${tag}`, `"other", ${tag}`]) {
        const reply = await again(sent)
        expect({ sent, status: reply.status, body: reply.body, etag: reply.headers['etag'] }).toMatchObject({
          sent,
          status: 304,
          etag: tag,
        })
        expect(reply.body || undefined).toBeUndefined()
      }
      expect(await events()).toBe(before)
      expect((await again('"something-else"')).status).toBe(200)
    })

    it.each([
      ['a new version', () => world.put(owner, id, 'seen/a', 'another')],
      ['a new secret', () => world.put(owner, id, 'seen/b', 'v')],
      [
        'a disabled version',
        () => world.call('POST', `/v1/vaults/${id}/secret-version-disable/seen/b/1`, { token: owner.token }),
      ],
      ['a deleted secret', () => world.call('DELETE', `/v1/vaults/${id}/secrets/seen/b`, { token: owner.token })],
      [
        'another policy',
        () =>
          world.call('PUT', `/v1/vaults/${id}/policies/${policyId}`, {
            token: owner.token,
            body: { permissions: ['read', 'write'] },
          }),
      ],
      ['one policy more', () => world.policy(owner, id, reader, 'more/*', ['read'])],
    ])('is told of %s', async (_, change) => {
      const tag = await tagOf()
      await change()
      expect((await again(tag)).status).toBe(200)
      expect(await tagOf()).not.toBe(tag)
    })

    it('is of the caller alone', async () => {
      const other = await world.agent(owner)
      await world.policy(owner, id, other, 'seen/*', ['read'])
      const tag = await tagOf()
      const reply = await world.call('GET', `/v1/vaults/${id}/secrets`, { token: other.token, headers: { 'if-none-match': tag } })
      expect(reply.status).toBe(200)
    })
  })

  it('is 403 for a principal without read access, whatever else it can do', async () => {
    const writer = await world.agent(owner)
    await world.policy(owner, vaultId, writer, '**', ['write', 'delete', 'rotate'])
    expect((await list('', writer.token)).status).toBe(403)
    const admin = await world.colleague(owner, 'admin')
    expect((await list('', admin.token)).status).toBe(403)
  })

  it.each(['?prefix=a&prefix=b', `?prefix=${'a'.repeat(513)}`, '?prefix=%00'])('refuses %s', async query => {
    expect(await list(query)).toMatchObject({ status: 400, body: { fields: { prefix: expect.any(String) } } })
  })
})
