import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type TestAgent } from '../../support/world.ts'

describe.each(onEngines(engine => testsOn(engine).extend('vault', { scope: 'file' }, ({ world, owner }) => world.vault(owner))))(
  'two keys of an agent, on $engine',
  ({ it: base }) => {
    const it = base.extend('calls', ({ world, owner, vault }) => {
      async function agent(): Promise<TestAgent> {
        const made = await world.agent(owner)
        await world.policy(owner, vault, made, '**', ['read'])
        return made
      }
      const read = async (credential: string, ip?: string) =>
        (await world.call('GET', `/v1/vaults/${vault}/secrets/a/b`, { token: credential, ...(ip !== undefined && { ip }) }))
          .status
      const exchange = (key: string) => world.call('POST', '/v1/auth/agent-token', { body: { api_key: key } })
      const add = (id: string, body?: object, token = owner.token) =>
        world.call('POST', `/v1/agents/${id}/keys`, { token, ...(body && { body }) })
      const keysOf = async (id: string) =>
        (await ok(world.call('GET', `/v1/agents/${id}/keys`, { token: owner.token }))).body.keys
      const revoke = (id: string) => world.call('DELETE', `/v1/agents/${id}/keys/previous`, { token: owner.token })
      return { agent, read, exchange, add, keysOf, revoke }
    })
    it.beforeAll(async ({ world, owner, vault }) => {
      await world.put(owner, vault, 'a/b', 'v')
    })

    const inDays = (days: number) => new Date(Date.now() + days * 86_400_000).toISOString()

    it('both work, so that a client that reads during a rotation never fails', async ({
      calls: { agent, read, add, revoke },
    }) => {
      const { id, key } = await agent()
      const statuses: number[] = []
      let [current, done] = [key, false]
      const reading = (async () => {
        while (!done) statuses.push(await read(current))
      })()
      const { api_key: fresh } = (await ok(add(id))).body
      for (const credential of [key, fresh]) expect(await read(credential)).toBe(200)
      current = fresh
      const before = statuses.length
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before + 2), 15_000)
      await ok(revoke(id))
      expect(await read(key)).toBe(401)
      const last = statuses.length
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(last + 2), 15_000)
      done = true
      await reading
      expect(new Set(statuses)).toEqual(new Set([200]))
    })

    it('show when and from where each was last used', async ({ calls: { agent, read, add, keysOf } }) => {
      const { id, key } = await agent()
      expect(await keysOf(id)).toMatchObject([{ slot: 'current', last_used_at: expect.any(String) }])
      await read(key, '203.0.113.7')
      const { api_key: fresh, keys } = (await ok(add(id, { keep_old_until: inDays(1) }))).body
      expect(keys).toMatchObject([{ slot: 'current' }, { slot: 'previous', expires_at: expect.any(String) }])
      expect(keys[0]).not.toHaveProperty('last_used_at')
      await read(fresh, '198.51.100.9')
      await vi.waitFor(
        async () =>
          expect(await keysOf(id)).toMatchObject([
            { key_prefix: fresh.slice(0, 12), last_used_from: '198.51.100.9' },
            { key_prefix: key.slice(0, 12), last_used_at: expect.any(String) },
          ]),
        15_000,
      )
    })

    it('are limited to two, and to agents that sign in with a key', async ({
      world,
      owner,
      calls: { agent, add, keysOf, revoke },
    }) => {
      const { id } = await agent()
      await ok(add(id))
      expect((await add(id)).status).toBe(409)
      await ok(revoke(id))
      expect((await revoke(id)).status).toBe(404)
      await ok(add(id))
      for (const until of ['2020-01-01T00:00:00Z', inDays(91)]) {
        const reply = await add((await agent()).id, { keep_old_until: until })
        expect([reply.status, Object.keys(reply.body.fields)]).toEqual([400, ['keep_old_until']])
      }
      const oidc = {
        auth_method: 'oidc_client_credentials',
        oidc_issuer: 'https://ci.example.com',
        oidc_client_id: 'x',
        name: 'ci',
      }
      const { body } = await ok(world.call('POST', '/v1/agents', { token: owner.token, body: oidc }))
      expect((await add(body.agent.id)).status).toBe(400)
      expect(await keysOf(body.agent.id)).toEqual([])
    })

    it('end together when the key is replaced at once', async ({ world, owner, calls: { agent, read, add, keysOf } }) => {
      const { id, key } = await agent()
      const { api_key: second } = (await ok(add(id))).body
      const { api_key: third } = (await ok(world.call('POST', `/v1/agents/${id}/rotate-key`, { token: owner.token }))).body
      expect([await read(key), await read(second), await read(third)]).toEqual([401, 401, 200])
      expect(await keysOf(id)).toHaveLength(1)
    })

    it('are added and revoked by the people who manage the agent', async ({ world, owner, calls: { agent, add } }) => {
      const { id } = await agent()
      const member = await world.colleague(owner)
      expect((await add(id, {}, member.token)).status).toBe(403)
      for (const method of ['GET', 'DELETE'])
        expect(
          (await world.call(method, `/v1/agents/${id}/keys${method === 'GET' ? '' : '/previous'}`, { token: member.token }))
            .status,
        ).toBe(403)
    })

    it('leave events that contain no key', async ({ world, owner, calls: { agent, add, revoke } }) => {
      const { id } = await agent()
      const { api_key: fresh } = (await ok(add(id))).body
      await ok(revoke(id))
      const { events } = (await ok(world.call('GET', `/v1/audit/events?resource_id=${id}`, { token: owner.token }))).body
      const actions = events.map(({ action }: { action: string }) => action)
      expect(actions).toEqual(expect.arrayContaining(['agent.rotate_key', 'agent.revoke_key']))
      expect(JSON.stringify(events)).not.toContain(fresh.slice(4, 20))
    })

    it('expire in turn: the previous key ends by itself, with the tokens made from it', async ({
      world,
      calls: { agent, read, exchange, add },
    }) => {
      const { id, key } = await agent()
      await ok(add(id, { keep_old_until: new Date(Date.now() + 600_000).toISOString() }))
      const token = (await ok(exchange(key))).body
      expect(token.expires_in).toBeLessThanOrEqual(600)
      expect(await read(token.access_token)).toBe(200)
      world.advance(601_000)
      expect(await read(key)).toBe(401)
      expect(await read(token.access_token)).toBe(401)
      expect((await exchange(key)).status).toBe(401)
    })
  },
)
