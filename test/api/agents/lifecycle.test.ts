import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, type TestAgent } from '../../support/world.ts'

describe.each(onEngines(testsOn))('the lifecycle of an agent, on $engine', ({ it: base }) => {
  let agent: TestAgent
  const it = base.extend('calls', ({ world, owner }) => {
    const me = async (credential: string) => (await world.call('GET', '/v1/agents/me', { token: credential })).status
    const exchange = (api_key: string) => world.call('POST', '/v1/auth/agent-token', { body: { api_key } })
    const update = (body: object) => world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body })
    const statuses = async ({ key, token }: TestAgent) => [await me(token), await me(key), (await exchange(key)).status]
    return { me, exchange, update, statuses }
  })
  it.beforeEach(async ({ world, owner }) => {
    agent = await world.agent(owner)
  })

  it('ends with its deactivation: key and tokens are dead at once, record and history stay', async ({
    world,
    owner,
    calls: { statuses },
  }) => {
    expect(await statuses(agent)).toEqual([200, 200, 200])
    expect((await world.call('DELETE', `/v1/agents/${agent.id}`, { token: owner.token })).status).toBe(204)
    expect(await statuses(agent)).toEqual([401, 401, 401])
    const kept = await world.call('GET', `/v1/agents/${agent.id}`, { token: owner.token })
    expect(kept.body).toMatchObject({ id: agent.id, is_active: false })
    const actions = (await allEvents(world)).filter(({ resource_id }) => resource_id === agent.id).map(({ action }) => action)
    expect(actions).toEqual(expect.arrayContaining(['agent.register', 'auth.success', 'agent.deactivate', 'auth.failure']))
  })

  it('resumes after reactivation, without its earlier tokens', async ({ calls: { update, statuses } }) => {
    await ok(update({ is_active: false }))
    expect(await statuses(agent)).toEqual([401, 401, 401])
    await ok(update({ is_active: true }))
    expect(await statuses(agent)).toEqual([401, 200, 200])
  })

  it('continues with a new key when it is rotated: the old one and its tokens end at once', async ({
    world,
    owner,
    calls: { me, exchange, statuses },
  }) => {
    const { body } = await ok(world.call('POST', `/v1/agents/${agent.id}/rotate-key`, { token: owner.token }))
    expect(body).toEqual({ api_key: expect.stringMatching(/^ocv_/) })
    expect(await statuses(agent)).toEqual([401, 401, 401])
    expect([await me(body.api_key), (await exchange(body.api_key)).status]).toEqual([200, 200])
  })

  it('leaves one key when many rotate it at once', async ({ world, owner, calls: { me } }) => {
    const rotate = () => world.call('POST', `/v1/agents/${agent.id}/rotate-key`, { token: owner.token })
    const keys = (await Promise.all(Array.from({ length: 8 }, rotate))).map(({ body }) => body.api_key)
    const living = await Promise.all(keys.map(me))
    expect(living.filter(status => status === 200)).toHaveLength(1)
  })

  it('ends at its expiry time', async ({ world, calls: { update, statuses } }) => {
    await ok(update({ expires_at: new Date(Date.now() + 60_000).toISOString() }))
    expect(await statuses(agent)).toEqual([200, 200, 200])
    world.advance(61_000)
    expect(await statuses(agent)).toEqual([401, 401, 401])
    await ok(update({ expires_at: null }))
    expect(await statuses(agent)).toEqual([200, 200, 200])
    world.advance(-61_000)
  })

  it('records when it was last active', async ({ world, owner, calls: { exchange } }) => {
    await exchange(agent.key)
    const { body } = await world.call('GET', `/v1/agents/${agent.id}`, { token: owner.token })
    expect(Date.parse(body.last_active_at)).toBeGreaterThan(Date.now() - 60_000)
  })

  it('logs which fields were changed, and nothing that the caller invented', async ({ world, calls: { update } }) => {
    await ok(update({ name: 'renamed', scopes: ['a/**'], 'made up by the caller': 'x' }))
    const last = (await allEvents(world))
      .filter(({ action, resource_id }) => action === 'agent.update' && resource_id === agent.id)
      .at(-1)
    expect(String(last?.details['fields']).split(',').sort()).toEqual(['name', 'scopes'])
  })

  it('cannot be ended by anyone in another organisation', async ({ world, calls: { statuses } }) => {
    const stranger = await world.signUp()
    for (const [method, end] of [
      ['DELETE', ''],
      ['POST', '/rotate-key'],
      ['PATCH', ''],
    ] as const) {
      const reply = await world.call(method, `/v1/agents/${agent.id}${end}`, {
        token: stranger.token,
        body: method === 'PATCH' ? { is_active: false } : undefined,
      })
      expect(reply.status).toBe(404)
    }
    expect(await statuses(agent)).toEqual([200, 200, 200])
  })
})
