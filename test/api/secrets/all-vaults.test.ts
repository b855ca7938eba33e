import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const DAY_MS = 86_400_000

interface Listed {
  readonly path: string
  readonly vault_name: string
  readonly readers: number
  readonly [field: string]: unknown
}
const names = (secrets: readonly Listed[]) => secrets.map(({ vault_name, path }) => `${vault_name}/${path}`)

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const agent = await world.agent(owner)
      const vaults = [await world.vault(owner, 'production'), await world.vault(owner, 'staging')]
      for (const vault of vaults) for (const path of ['db/url', 'stripe/key', 'z']) await world.put(owner, vault, path, 'v')
      await world.put(owner, vaults[0] ?? '', 'z', 'v2', {
        expires_at: new Date(Date.now() + 5 * DAY_MS).toISOString(),
        max_access_count: 3,
      })
      await world.policy(owner, vaults[0] ?? '', agent, 'stripe/*', ['read'])
      await world.policy(owner, vaults[0] ?? '', agent, 'db/*', ['write'])
      for (let reads = 0; reads < 2; reads++) {
        await ok(world.call('GET', `/v1/vaults/${vaults[0]}/secrets/stripe/key`, { token: agent.token }))
      }
      await ok(world.call('GET', `/v1/vaults/${vaults[0]}/secrets/stripe/key`, { token: owner.token }))
      return { agent, vaults }
    })
    .extend('calls', ({ world }) => {
      const list = async (token: string, query = ''): Promise<{ secrets: Listed[]; next_cursor?: string }> =>
        (await ok(world.call('GET', `/v1/secrets${query}`, { token }))).body
      return { list }
    }),
)

describe.each(engines)('the secrets of all vaults, on $engine', ({ it }) => {
  it('are exactly those that the lists of the vaults show', async ({ world, owner, scene: { agent }, calls: { list } }) => {
    const { secrets } = await list(owner.token)
    // The owner can list the agents' vault, but cannot read anything in it.
    expect(names(secrets).toSorted()).toEqual(
      ['production', 'staging'].flatMap(vault => ['db/url', 'stripe/key', 'z'].map(path => `${vault}/${path}`)),
    )
    expect(names((await list(agent.token)).secrets)).toEqual(['production/stripe/key'])
    expect((await list((await world.colleague(owner)).token)).secrets).toEqual([])
    expect((await list((await world.signUp()).token)).secrets).toEqual([])
  })

  it('show age, expiry, limit, readers and whether a policy covers them', async ({ owner, calls: { list } }) => {
    const { secrets } = await list(owner.token)
    const of = (path: string) => secrets.find(each => each.vault_name === 'production' && each.path === path)
    expect(of('stripe/key')).toMatchObject({ version: 1, has_policy: true, readers: 2, last_read_at: expect.any(String) })
    expect(of('db/url')).toMatchObject({ has_policy: true, readers: 0 })
    expect(of('db/url')).not.toHaveProperty('last_read_at')
    expect(of('z')).toMatchObject({ version: 2, has_policy: false, max_access_count: 3, access_count: 0 })
    expect(Date.parse(String(of('z')?.['expires_at'])) - Date.now()).toBeGreaterThan(4 * DAY_MS)
  })

  it('are those of one vault if it is requested, in pages and in every order', async ({
    world,
    owner,
    scene,
    calls: { list },
  }) => {
    const { agent, vaults } = scene
    const [production = '', staging = ''] = vaults
    for (const sort of ['vault', 'path', 'created_at', 'expires_at', 'last_read_at']) {
      const one = `?sort=${sort}&vault_id=${staging}&limit=2`
      const first = await list(owner.token, one)
      const rest = await list(owner.token, `${one}&cursor=${first.next_cursor}`)
      const ofBoth = [...first.secrets, ...rest.secrets]
      expect([sort, names(ofBoth).toSorted()]).toEqual([sort, ['db/url', 'stripe/key', 'z'].map(path => `staging/${path}`)])
      expect(rest).not.toHaveProperty('next_cursor')
    }
    expect(names((await list(agent.token, `?vault_id=${production}`)).secrets)).toEqual(['production/stripe/key'])
    expect((await list(agent.token, `?vault_id=${staging}`)).secrets).toEqual([])
    const stranger = await world.signUp()
    expect((await list(stranger.token, `?vault_id=${staging}`)).secrets).toEqual([])
    const bad = await world.call('GET', '/v1/secrets?vault_id=staging', { token: owner.token })
    expect(bad.status).toBe(400)
  })

  it('show others only their own reads', async ({ scene: { agent }, calls: { list } }) => {
    const [mine] = (await list(agent.token)).secrets
    expect(mine).toMatchObject({ readers: 1 })
  })

  it('come in pages that join without a gap, in every order', async ({ owner, calls: { list } }) => {
    for (const sort of ['vault', 'path', 'created_at', 'expires_at', 'last_read_at']) {
      const whole = (await list(owner.token, `?sort=${sort}`)).secrets
      const joined: Listed[] = []
      for (let cursor: string | undefined = ''; cursor !== undefined; ) {
        const page = await list(owner.token, `?sort=${sort}&limit=2${cursor && `&cursor=${cursor}`}`)
        expect(page.secrets.length).toBeLessThanOrEqual(2)
        joined.push(...page.secrets)
        cursor = page.next_cursor
      }
      expect([sort, names(joined)]).toEqual([sort, names(whole)])
    }
    expect(names((await list(owner.token, '?sort=expires_at')).secrets)[0]).toBe('production/z')
    expect(names((await list(owner.token, '?sort=last_read_at')).secrets).at(-1)).toBe('production/stripe/key')
  })

  it('are written together, all of them or none, each with its event', async ({ world, owner, scene: { vaults, agent } }) => {
    const write = (secrets: object[], token = owner.token) =>
      world.call('POST', `/v1/vaults/${vaults[1]}/secrets`, { token, body: { secrets } })
    const value = (path: string) => ok(world.call('GET', `/v1/vaults/${vaults[1]}/secrets/${path}`, { token: owner.token }))
    const writes = async () =>
      (await allEvents(world)).filter(({ action, details }) => action === 'secret.write' && !('outcome' in details)).length
    const before = await writes()
    const { body } = await ok(
      write([
        { path: 'many/a', value: '1' },
        { path: 'z', value: '2', type: 'note' },
      ]),
    )
    expect(body.secrets).toMatchObject([
      { path: 'many/a', version: 1 },
      { path: 'z', version: 2, type: 'note' },
    ])
    expect((await value('many/a')).body.value).toBe('1')
    expect((await writes()) - before).toBe(2)
    await world.policy(owner, vaults[1] ?? '', agent, 'many/*', ['write'])
    expect(
      (
        await write(
          [
            { path: 'many/b', value: '1' },
            { path: 'other', value: '2' },
          ],
          agent.token,
        )
      ).status,
    ).toBe(403)
    expect(
      (
        await write([
          { path: 'many/b', value: '1' },
          { path: 'many/b', value: '2' },
        ])
      ).status,
    ).toBe(400)
    const gone = await world.call('GET', `/v1/vaults/${vaults[1]}/secrets/many/b`, { token: owner.token })
    expect(gone.status).toBe(404)
  })

  it('are written together even by many requests at once', async ({ world, owner, scene: { vaults } }) => {
    const write = () =>
      world.call('POST', `/v1/vaults/${vaults[1]}/secrets`, {
        token: owner.token,
        body: { secrets: ['race/a', 'race/b', 'race/c'].map(path => ({ path, value: 'v' })) },
      })
    const replies = await Promise.all([write(), write(), write(), write()])
    expect(replies.map(({ status }) => status)).toEqual([201, 201, 201, 201])
    const versions = replies.map(({ body }) => body.secrets.map(({ version }: { version: number }) => version))
    expect(versions.toSorted()).toEqual([1, 2, 3, 4].map(version => [version, version, version]))
  })

  it('keep their vault when it is renamed', async ({ world, owner, scene: { vaults, agent }, calls: { list } }) => {
    const rename = (id: string | undefined, name: string, token = owner.token) =>
      world.call('PATCH', `/v1/vaults/${id}`, { token, body: { name } })
    expect((await rename(vaults[1], 'PRODUCTION')).status).toBe(409)
    expect((await rename(vaults[1], '__mine')).status).toBe(400)
    const { body } = await ok(rename(vaults[1], ' Staging '))
    expect(body.name).toBe('Staging')
    expect(names((await list(owner.token)).secrets)).toContain('Staging/db/url')
    expect((await rename(vaults[1], 'mine', agent.token)).status).toBe(403)
  })
})
