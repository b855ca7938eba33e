import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

describe.each(onEngines(testsOn))('the last use of a key, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner }) => {
    const made = async (path: string) => (await ok(world.call('POST', path, { token: owner.token, body: { name: 'key' } }))).body
    const lastUsed = async (id: string): Promise<string | undefined> => {
      const { body } = await ok(world.call('GET', '/v1/auth/api-keys', { token: owner.token }))
      return body.keys.find((key: { id: string }) => key.id === id).last_used_at
    }
    const lastActive = async (id: string): Promise<string | undefined> =>
      (await ok(world.call('GET', `/v1/agents/${id}`, { token: owner.token }))).body.last_active_at
    return { made, lastUsed, lastActive }
  })

  it('is recorded to the minute for a personal key that is used directly', async ({ world, calls: { made, lastUsed } }) => {
    const { key, api_key } = await made('/v1/auth/api-keys')
    expect(await lastUsed(key.id)).toBeUndefined()
    await ok(world.call('GET', '/v1/auth/me', { token: api_key }))
    await expect.poll(() => lastUsed(key.id)).toBeDefined()
    const first = await lastUsed(key.id)
    await ok(world.call('GET', '/v1/auth/me', { token: api_key }))
    expect(await lastUsed(key.id)).toBe(first)
    world.advance(61_000)
    await ok(world.call('GET', '/v1/auth/me', { token: api_key }))
    await expect.poll(() => lastUsed(key.id)).not.toBe(first)
  })

  it('is recorded for an agent’s key, and not for a refused one', async ({ world, owner, calls: { made, lastActive } }) => {
    const { agent, api_key } = await made('/v1/agents')
    await ok(world.call('DELETE', `/v1/agents/${agent.id}`, { token: owner.token }))
    expect((await world.call('GET', '/v1/vaults', { token: api_key })).status).toBe(401)
    expect(await lastActive(agent.id)).toBeUndefined()
    await ok(world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body: { is_active: true } }))
    await ok(world.call('GET', '/v1/vaults', { token: api_key }))
    await expect.poll(() => lastActive(agent.id)).toBeDefined()
  })
})
