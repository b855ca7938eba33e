import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import type { TestAgent, TestUser, World } from '../../support/world.ts'

/** Changes in a vault, and their authors; `reader` can read it through a policy. */
interface Seen {
  readonly world: World
  readonly owner: TestUser
  readonly id: string
  readonly reader: TestAgent
  readonly policyId: string
}

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      for (const path of ['b/x', 'a/y', 'a/x', 'a-b', 'Z', '_', 'a/x/deep']) await world.put(owner, vaultId, path, 'the value')
      const id = await world.vault(owner)
      await world.put(owner, id, 'seen/a', 'the value')
      const reader = await world.agent(owner)
      const policyId = await world.policy(owner, id, reader, 'seen/*', ['read'])
      return { seen: { world, owner, id, reader, policyId } satisfies Seen }
    })
    .extend(
      'calls',
      ({
        world,
        owner,
        vaultId,
        scene: {
          seen: { id, reader },
        },
      }) => {
        const list = (query = '', token = owner.token, id = vaultId) =>
          world.call('GET', `/v1/vaults/${id}/secrets${query}`, { token })
        const paths = async (query = '', token = owner.token) =>
          (await list(query, token)).body.secrets.map(({ path }: { path: string }) => path)
        const tagOf = async (query = '') => String((await list(query, reader.token, id)).headers['etag'])
        const again = async (tag: string) =>
          world.call('GET', `/v1/vaults/${id}/secrets`, { token: reader.token, headers: { 'if-none-match': tag } })
        const events = async () =>
          (await world.call('GET', `/v1/audit/events?vault_id=${id}&limit=1000`, { token: owner.token })).body.count
        return { list, paths, tagOf, again, events }
      },
    ),
)

describe.each(engines)('a list of secrets, on $engine', ({ it }) => {
  it('has the newest version of each path, by path, metadata only', async ({ world, owner, vaultId, calls: { list } }) => {
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

  it.for(
    cases([
      ['?prefix=a', ['a-b', 'a/x', 'a/x/deep', 'a/y']],
      ['?prefix=a/', ['a/x', 'a/x/deep', 'a/y']],
      ['?prefix=a%2Fx', ['a/x', 'a/x/deep']],
      ['?prefix=A', []],
      ['?prefix=%25', []],
      ['?prefix=_', ['_']],
      ['?prefix=', ['Z', '_', 'a-b', 'a/x', 'a/x/deep', 'a/y', 'b/x']],
      ['?prefix=%C3%A9', []],
      ['?other=1', ['Z', '_', 'a-b', 'a/x', 'a/x/deep', 'a/y', 'b/x']],
    ]),
  )('treats %s as a string prefix', async ([query, expected], { calls: { paths } }) => {
    expect(await paths(query)).toEqual(expected)
  })

  it('includes expired and disabled secrets, not deleted ones', async ({ world, owner, vaultId, calls: { list } }) => {
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

  it('has only what the caller can read', async ({ world, owner, vaultId, calls: { list, paths } }) => {
    const reader = await world.agent(owner)
    await world.policy(owner, vaultId, reader, 'a/*', ['read'])
    const { body } = await list('', reader.token)
    expect(body).toEqual({ secrets: [expect.objectContaining({ path: 'a/x' }), expect.objectContaining({ path: 'a/y' })] })
    expect(await paths('?prefix=b', reader.token)).toEqual([])
  })

  describe('with a tag', () => {
    it('is 304 without a body or an event as long as nothing has changed', async ({ calls: { tagOf, again, events } }) => {
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

    it.for<[string, (seen: Seen) => Promise<unknown>]>([
      ['a new version', ({ world, owner, id }) => world.put(owner, id, 'seen/a', 'another')],
      ['a new secret', ({ world, owner, id }) => world.put(owner, id, 'seen/b', 'v')],
      [
        'a disabled version',
        ({ world, owner: { token }, id }) => world.call('POST', `/v1/vaults/${id}/secret-version-disable/seen/b/1`, { token }),
      ],
      [
        'a deleted secret',
        ({ world, owner: { token }, id }) => world.call('DELETE', `/v1/vaults/${id}/secrets/seen/b`, { token }),
      ],
      [
        'another policy',
        ({ world, owner: { token }, id, policyId }) =>
          world.call('PUT', `/v1/vaults/${id}/policies/${policyId}`, { token, body: { permissions: ['read', 'write'] } }),
      ],
      ['one policy more', ({ world, owner, id, reader }) => world.policy(owner, id, reader, 'more/*', ['read'])],
    ])('is told of %s', async ([_, change], { scene: { seen }, calls: { tagOf, again } }) => {
      const tag = await tagOf()
      await change(seen)
      expect((await again(tag)).status).toBe(200)
      expect(await tagOf()).not.toBe(tag)
    })

    it('differs for each caller', async ({
      world,
      owner,
      scene: {
        seen: { id },
      },
      calls: { tagOf },
    }) => {
      const other = await world.agent(owner)
      await world.policy(owner, id, other, 'seen/*', ['read'])
      const tag = await tagOf()
      const reply = await world.call('GET', `/v1/vaults/${id}/secrets`, { token: other.token, headers: { 'if-none-match': tag } })
      expect(reply.status).toBe(200)
    })
  })

  it('is 403 for a principal without read access, whatever else it can do', async ({
    world,
    owner,
    vaultId,
    calls: { list },
  }) => {
    const writer = await world.agent(owner)
    await world.policy(owner, vaultId, writer, '**', ['write', 'delete', 'rotate'])
    expect((await list('', writer.token)).status).toBe(403)
    const admin = await world.colleague(owner, 'admin')
    expect((await list('', admin.token)).status).toBe(403)
  })

  it.for(['?prefix=a&prefix=b', `?prefix=${'a'.repeat(513)}`, '?prefix=%00'])(
    'refuses %s',
    async (query, { calls: { list } }) => {
      expect(await list(query)).toMatchObject({ status: 400, body: { fields: { prefix: expect.any(String) } } })
    },
  )
})
