import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'

const MIB = 1024 * 1024

const paths = ({ body }: { body: { secrets: { path: string }[] } }) => body.secrets.map(({ path }) => path)

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('agent', { scope: 'file', auto: true }, async ({ world, owner, vaultId }) => {
      const agent = await world.agent(owner)
      for (const path of ['app/a', 'app/b', 'app/B', 'app/a-b', 'application', 'other/a'])
        await world.put(owner, vaultId, path, `value of ${path}`)
      await world.ended(expires_at => world.put(owner, vaultId, 'app/expired', 'v', { expires_at }))
      await world.put(owner, vaultId, 'app/deleted', 'v')
      await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/app/deleted`, { token: owner.token })
      await world.put(owner, vaultId, 'app/disabled', 'v')
      await world.call('POST', `/v1/vaults/${vaultId}/secret-version-disable/app/disabled/1`, { token: owner.token })
      await world.policy(owner, vaultId, agent, 'app/*', ['read'])
      return agent
    })
    .extend('calls', ({ world, owner, vaultId }) => {
      const read = (body: object, token = owner.token) =>
        world.call('POST', `/v1/vaults/${vaultId}/secret-values`, { token, body })
      return { read }
    }),
)

describe.each(engines)('reading many secrets, on $engine', ({ it }) => {
  it('returns each as if it were read alone, in the requested order and once', async ({
    world,
    owner,
    vaultId,
    calls: { read },
  }) => {
    const { status, body } = await read({ paths: ['other/a', 'app/b', 'other/a'] })
    expect(status).toBe(200)
    for (const secret of body.secrets) {
      expect(secret).toEqual(
        (await world.call('GET', `/v1/vaults/${vaultId}/secrets/${secret.path}`, { token: owner.token })).body,
      )
    }
    expect(paths({ body })).toEqual(['other/a', 'app/b'])
  })

  it.for(
    cases([
      ['app/expired', 410],
      ['app/deleted', 410],
      ['app/disabled', 410],
      ['app/never', 404],
    ]),
  )('with paths, needs every one of them: %s is %i for all', async ([path, status], { calls: { read } }) => {
    const reply = await read({ paths: ['app/a', path] })
    expect(reply).toMatchObject({ status, body: { detail: expect.stringContaining(path) } })
  })

  it('with paths, is 403 when the caller cannot read one, whether or not it exists', async ({ agent, calls: { read } }) => {
    for (const path of ['other/a', 'other/never']) {
      expect(await read({ paths: ['app/a', path, 'app/never'] }, agent.token)).toMatchObject({
        status: 403,
        body: { detail: `Insufficient permissions for ${path}` },
      })
    }
  })

  it('with a prefix, which is a string prefix, leaves out what cannot be read', async ({ calls: { read } }) => {
    expect(paths(await read({ prefix: 'app/' }))).toEqual(['app/B', 'app/a', 'app/a-b', 'app/b'])
    expect(paths(await read({ prefix: 'app' }))).toEqual(['app/B', 'app/a', 'app/a-b', 'app/b', 'application'])
    expect(paths(await read({ prefix: 'app/a' }))).toEqual(['app/a', 'app/a-b'])
    expect(paths(await read({ prefix: 'none' }))).toEqual([])
    for (const body of [{}, { prefix: '' }]) expect(paths(await read(body))).toHaveLength(6)
  })

  it('with a prefix, leaves out what the caller cannot read', async ({ world, owner, agent, calls: { read } }) => {
    expect(paths(await read({}, agent.token))).toEqual(['app/B', 'app/a', 'app/a-b', 'app/b'])
    const nobody = await world.agent(owner)
    expect((await read({}, nobody.token)).status).toBe(403)
  })

  it('returns the current state, however often it was asked before', async ({ world, owner, vaultId, calls: { read } }) => {
    const put = (path: string, value: string) => world.put(owner, vaultId, `now/${path}`, value)
    const now = async (body: object) =>
      (await read(body)).body.secrets?.map(({ path, value }: { path: string; value: string }) => `${path}=${value}`)
    const all = { prefix: 'now/' }
    const large = 'x'.repeat(20_000)
    for (const [path, value] of [
      ['a', '1'],
      ['b', '1'],
      ['c', large],
      ['d', '1'],
    ] as const)
      await put(path, value)
    for (const _ of [1, 2, 3]) expect(await now(all)).toEqual(['now/a=1', 'now/b=1', `now/c=${large}`, 'now/d=1'])
    await put('a', '2')
    await put('c', 'small')
    await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/now/b`, { token: owner.token })
    await world.call('POST', `/v1/vaults/${vaultId}/secret-version-disable/now/d/1`, { token: owner.token })
    await put('e', '1')
    for (const _ of [1, 2]) expect(await now(all)).toEqual(['now/a=2', 'now/c=small', 'now/e=1'])
    expect(await now({ paths: ['now/e', 'now/c'] })).toEqual(['now/e=1', 'now/c=small'])
    expect((await read({ paths: ['now/a', 'now/d'] })).status).toBe(410)
    await put('b', '3')
    expect(await now(all)).toEqual(['now/a=2', 'now/b=3', 'now/c=small', 'now/e=1'])
    for (const path of ['a', 'b', 'c', 'd', 'e'])
      await world.call('DELETE', `/v1/vaults/${vaultId}/secrets/now/${path}?purge=true`, { token: owner.token })
    expect(await now(all)).toEqual([])
  })

  it('leaves one event for each value, and none for refused ones', async ({ world, owner, vaultId, calls: { read } }) => {
    const reader = await world.agent(owner)
    const policy_id = await world.policy(owner, vaultId, reader, 'app/*', ['read'])
    await read({ paths: ['app/a', 'app/b'] }, reader.token)
    await read({ prefix: 'none' }, reader.token)
    const reads = (await allEvents(world)).filter(({ action, actor_id }) => action === 'secret.read' && actor_id === reader.id)
    expect(reads.map(({ details }) => details)).toEqual(
      ['app/a', 'app/b'].map(path => ({ path, version: 1, rule: 'policy', policy_id })),
    )
  })

  it.for(
    cases([
      [{ paths: ['app/a'], prefix: 'app' }, 'prefix'],
      [{ paths: ['../a'] }, 'paths[0]'],
      [{ paths: ['app/a', 'a//b'] }, 'paths[1]'],
      [{ paths: 'app/a' }, 'paths'],
      [{ paths: Array(501).fill('a') }, 'paths'],
      [{ prefix: 'a\0' }, 'prefix'],
    ]),
  )('refuses %j, naming %s', async ([body, field], { calls: { read } }) => {
    expect(await read(body)).toMatchObject({ status: 400, body: { fields: { [field]: expect.any(String) } } })
  })

  it('returns at most 20 MiB at once', async ({ world, owner }) => {
    const large = await world.vault(owner)
    for (let i = 0; i < 5; i++) await world.put(owner, large, `large/${i}`, 'x'.repeat(4 * MIB + 1024))
    const readLarge = (body: object) => world.call('POST', `/v1/vaults/${large}/secret-values`, { token: owner.token, body })
    expect((await readLarge({})).status).toBe(413)
    expect((await readLarge({ paths: [0, 1, 2, 3, 4].map(i => `large/${i}`) })).status).toBe(413)
    const { body } = await readLarge({ paths: [0, 1, 2, 3].map(i => `large/${i}`) })
    expect(body.secrets.map(({ value }: { value: string }) => value.length)).toEqual(Array(4).fill(4 * MIB + 1024))
  })
})
