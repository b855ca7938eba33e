import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type TestAgent } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner, vaultId }) => {
    const read = async (agent: TestAgent, path: string, id = vaultId) => [
      (await world.call('GET', `/v1/vaults/${id}/secrets/${path}`, { token: agent.token })).status,
      (await world.call('GET', `/v1/vaults/${id}/secrets/${path}`, { token: agent.key })).status,
    ]
    const update = (agent: TestAgent, body: object) =>
      ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body }))
    const bounded = async (more: object) => {
      const agent = await world.agent(owner, more)
      await world.policy(owner, vaultId, agent, '**', ['read', 'write'])
      return agent
    }
    const call = (agent: TestAgent, method: string, what: string, body?: object) =>
      world.call(method, `/v1/vaults/${vaultId}/${what}`, { token: agent.token, body })
    return { read, update, bounded, call }
  }),
)

describe.each(engines)('what bounds an agent, on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'prod/db', 'v')
    await world.put(owner, vaultId, 'dev/db', 'v')
  })

  it('scopes limit it whatever its policies say, with a token and with a key', async ({
    world,
    vaultId,
    calls: { bounded, read },
  }) => {
    const agent = await bounded({ scopes: ['prod/*'] })
    expect([await read(agent, 'prod/db'), await read(agent, 'dev/db')]).toEqual([
      [200, 200],
      [403, 403],
    ])
    const list = await world.call('GET', `/v1/vaults/${vaultId}/secrets`, { token: agent.token })
    expect(list.body.secrets.map(({ path }: { path: string }) => path)).toEqual(['prod/db'])
    const put = await world.call('PUT', `/v1/vaults/${vaultId}/secrets/dev/new`, { token: agent.token, body: { value: 'v' } })
    expect(put.status).toBe(403)
    expect(put.body.detail).toContain('outside the scopes of this credential (prod/*)')
  })

  it('a change of scopes limits it at once, with the token it already has', async ({ calls: { bounded, read, update } }) => {
    const agent = await bounded({})
    expect(await read(agent, 'dev/db')).toEqual([200, 200])
    await update(agent, { scopes: ['prod/**'] })
    expect(await read(agent, 'dev/db')).toEqual([403, 403])
    await update(agent, { scopes: null })
    expect(await read(agent, 'dev/db')).toEqual([200, 200])
  })

  it('labels do not limit it: a scope with a colon is not a path', async ({ calls: { bounded, read } }) => {
    const agent = await bounded({ scopes: ['team:ops', 'prod/**:label'] })
    expect(await read(agent, 'dev/db')).toEqual([200, 200])
    const both = await bounded({ scopes: ['team:ops', 'prod/**'] })
    expect(await read(both, 'dev/db')).toEqual([403, 403])
  })

  it('vault_ids limit it, even after the only vault in them is deleted', async ({
    world,
    owner,
    calls: { bounded, read, update },
  }) => {
    const other = await world.vault(owner)
    const agent = await bounded({ vault_ids: [other] })
    await world.put(owner, other, 'prod/db', 'v')
    await world.policy(owner, other, agent, '**', ['read'])
    expect([await read(agent, 'prod/db', other), await read(agent, 'prod/db')]).toEqual([
      [200, 200],
      [403, 403],
    ])
    await ok(world.call('DELETE', `/v1/vaults/${other}`, { token: owner.token }))
    expect(await read(agent, 'prod/db')).toEqual([403, 403])
    await update(agent, { vault_ids: [] })
    expect(await read(agent, 'prod/db')).toEqual([200, 200])
  })

  it('ceilings grant nothing: without a policy there is no access', async ({ world, owner, vaultId, calls: { read } }) => {
    const agent = await world.agent(owner, { scopes: ['**'], vault_ids: [vaultId] })
    expect(await read(agent, 'prod/db')).toEqual([403, 403])
  })

  it('the claims of its token do not limit it: policies granted later work with an older token', async ({
    world,
    owner,
    vaultId,
    calls: { read },
  }) => {
    const agent = await world.agent(owner)
    expect(await read(agent, 'prod/db')).toEqual([403, 403])
    await world.policy(owner, vaultId, agent, 'prod/**', ['read'])
    expect(await read(agent, 'prod/db')).toEqual([200, 200])
  })

  describe('with the intents API enabled', () => {
    const KEY = '0x4c0883a69102937d6231471b5dbb6204fe5129617082792ae468d01a3f362318'

    it.for(['private_key', 'ssh_key'])(
      'does not let it see a %s by any route',
      async (type, { world, owner, vaultId, calls: { bounded, call } }) => {
        const agent = await bounded({ intents_api_enabled: true })
        await world.put(owner, vaultId, `keys/${type}`, KEY, { type })
        await world.put(owner, vaultId, `plain/${type}`, 'plain')
        const replies = [
          await call(agent, 'GET', `secrets/keys/${type}`),
          await call(agent, 'GET', `secret-version/keys/${type}/1`),
          await call(agent, 'POST', 'secret-values', { paths: [`plain/${type}`, `keys/${type}`] }),
        ]
        expect(replies.map(({ status }) => status)).toEqual([403, 403, 403])
        const byPrefix = await call(agent, 'POST', 'secret-values', {})
        expect(byPrefix.body.secrets.map(({ path }: { path: string }) => path)).toContain(`plain/${type}`)
        for (const { body } of [...replies, byPrefix]) expect(JSON.stringify(body)).not.toContain(KEY)
        const { secrets } = (await call(agent, 'GET', `secrets?prefix=keys/${type}`)).body
        expect(secrets).toEqual([expect.objectContaining({ path: `keys/${type}`, type })])
      },
    )

    it('hides an old version of that type, whatever type the newest version has', async ({
      world,
      owner,
      vaultId,
      calls: { bounded, call },
    }) => {
      const agent = await bounded({ intents_api_enabled: true })
      await world.put(owner, vaultId, 'keys/retyped', KEY, { type: 'private_key' })
      await world.put(owner, vaultId, 'keys/retyped', 'harmless', { type: 'note' })
      expect((await call(agent, 'GET', 'secrets/keys/retyped')).body.value).toBe('harmless')
      expect((await call(agent, 'GET', 'secret-version/keys/retyped/1')).status).toBe(403)
    })

    it('cannot be turned off by the agent, and takes effect as soon as it is turned on', async ({
      world,
      owner,
      vaultId,
      calls: { bounded, call, update },
    }) => {
      const agent = await bounded({})
      await world.put(owner, vaultId, 'keys/late', KEY, { type: 'private_key' })
      expect((await call(agent, 'GET', 'secrets/keys/late')).body.value).toBe(KEY)
      await update(agent, { intents_api_enabled: true })
      expect((await call(agent, 'GET', 'secrets/keys/late')).status).toBe(403)
      const off = { token: agent.token, body: { intents_api_enabled: false } }
      expect((await world.call('PATCH', `/v1/agents/${agent.id}`, off)).status).toBe(403)
    })

    it('lets the agent still write such a key, and people read it', async ({
      world,
      owner,
      vaultId,
      calls: { bounded, call },
    }) => {
      const agent = await bounded({ intents_api_enabled: true })
      expect((await call(agent, 'PUT', 'secrets/keys/own', { value: KEY, type: 'private_key' })).status).toBe(201)
      expect((await world.call('GET', `/v1/vaults/${vaultId}/secrets/keys/own`, { token: owner.token })).body.value).toBe(KEY)
    })
  })
})
