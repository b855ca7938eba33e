import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const DAY_MS = 86_400_000

describe.each(onEngines(engine => testsOn(engine).extend('vault', { scope: 'file' }, ({ world, owner }) => world.vault(owner))))(
  'a replacement for an API key, on $engine',
  ({ it: base }) => {
    const it = base.extend('calls', ({ world, owner, vault }) => {
      const create = async (more: object = {}) =>
        (await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: 'ci', ...more } }))).body
      const rotate = (id: string, body?: object, token = owner.token) =>
        world.call('POST', `/v1/auth/api-keys/${id}/rotate`, { token, ...(body && { body }) })
      const read = async (credential: string, ip?: string) =>
        (await world.call('GET', `/v1/vaults/${vault}/secrets/a/b`, { token: credential, ...(ip !== undefined && { ip }) }))
          .status
      const listed = async (id: string) => {
        const { body } = await ok(world.call('GET', '/v1/auth/api-keys?include=usage', { token: owner.token }))
        return body.keys.find((key: { id: string }) => key.id === id)
      }
      return { create, rotate, read, listed }
    })
    it.beforeAll(async ({ world, owner, vault }) => {
      await world.put(owner, vault, 'a/b', 'v')
    })

    const inDays = (days: number) => new Date(Date.now() + days * DAY_MS).toISOString()

    it('works next to the new one, so that a client that reads in a loop during a rotation never fails', async ({
      world,
      owner,
      calls: { create, rotate, read },
    }) => {
      const { key, api_key: old } = await create()
      const statuses: number[] = []
      let [current, done] = [old, false]
      const reading = (async () => {
        while (!done) statuses.push(await read(current))
      })()
      const { api_key: fresh } = (await ok(rotate(key.id))).body
      expect([await read(old), await read(fresh)]).toEqual([200, 200])
      current = fresh
      const before = statuses.length
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(before + 2), 15_000)
      await ok(world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: owner.token }))
      expect(await read(old)).toBe(401)
      const last = statuses.length
      await vi.waitFor(() => expect(statuses.length).toBeGreaterThan(last + 2), 15_000)
      done = true
      await reading
      expect(new Set(statuses)).toEqual(new Set([200]))
    })

    it('takes over its name and scopes, and both show when and from where they were used', async ({
      world,
      owner,
      calls: { create, rotate, read, listed },
    }) => {
      const { key, api_key: old } = await create({ scopes: ['a/*'], expires_at: inDays(30) })
      expect(await read(old, '203.0.113.7')).toBe(200)
      const { body } = await ok(rotate(key.id, { keep_old_until: inDays(2) }))
      expect(body.key).toMatchObject({ name: 'ci', scopes: ['a/*'], is_active: true })
      expect(Date.parse(body.key.expires_at) - Date.now()).toBeGreaterThan(29 * DAY_MS)
      expect(body.replaced).toMatchObject({ id: key.id, replaced_by: body.key.id })
      expect(Date.parse(body.replaced.expires_at) - Date.now()).toBeLessThan(2.1 * DAY_MS)
      expect(await read(body.api_key, '198.51.100.9')).toBe(200)
      await vi.waitFor(async () => {
        expect(await listed(key.id)).toMatchObject({ last_used_from: '203.0.113.7', replaced_by: body.key.id })
        expect(await listed(body.key.id)).toMatchObject({ last_used_from: '198.51.100.9', last_used_at: expect.any(String) })
      }, 15_000)
      const plain = await ok(world.call('GET', '/v1/auth/api-keys', { token: owner.token }))
      expect(JSON.stringify(plain.body)).not.toMatch(/last_used_from|replaced_by/)
    })

    it('ends the old key and its tokens automatically, and never later than they would have ended', async ({
      world,
      calls: { create, rotate, read },
    }) => {
      const { key, api_key: old } = await create({ expires_at: inDays(1) })
      const { body } = await ok(rotate(key.id, { keep_old_until: inDays(5) }))
      expect(body.replaced.expires_at).toBe(key.expires_at)
      const another = await create()
      await ok(rotate(another.key.id, { keep_old_until: new Date(Date.now() + 60_000).toISOString() }))
      const token = (await ok(world.call('POST', '/v1/auth/api-key-token', { body: { api_key: another.api_key } }))).body
      expect([await read(another.api_key), await read(token.access_token), await read(old)]).toEqual([200, 200, 200])
      world.advance(61_000)
      expect([await read(another.api_key), await read(token.access_token), await read(old)]).toEqual([401, 401, 200])
    })

    it('is made once, however many ask at once, and never by a key', async ({ world, owner, calls: { create, rotate } }) => {
      const { key, api_key: old } = await create()
      expect((await rotate(key.id, {}, old)).status).toBe(403)
      const replies = await Promise.all([rotate(key.id), rotate(key.id), rotate(key.id)])
      expect(replies.map(({ status }) => status).toSorted()).toEqual([201, 409, 409])
      for (const keep_old_until of ['2020-01-01T00:00:00Z', inDays(91)]) {
        expect((await rotate((await create()).key.id, { keep_old_until })).status).toBe(400)
      }
      const stranger = await world.signUp()
      expect((await rotate(key.id, {}, stranger.token)).status).toBe(404)
      await ok(world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: owner.token }))
      expect((await rotate(key.id)).status).toBe(404)
    })

    it('leaves an event that contains no key', async ({ world, calls: { create, rotate } }) => {
      const { key } = await create()
      const { api_key: fresh } = (await ok(rotate(key.id))).body
      const events = (await allEvents(world)).filter(({ resource_id }) => resource_id === key.id)
      expect(events.map(({ action }) => action)).toEqual(['api_key.create', 'api_key.rotate'])
      expect(JSON.stringify(events)).not.toContain(fresh.slice(4, 20))
    })
  },
)
