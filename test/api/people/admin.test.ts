import { randomUUID } from 'node:crypto'
import { describe, expect } from 'vitest'
import { cases, onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, PASSWORD, type TestUser } from '../../support/world.ts'

describe.each(onEngines(testsOn))('administration on $engine', ({ it: base }) => {
  let admin: TestUser

  const it = base.extend('calls', ({ world }) => {
    const call = (method: string, path: string, body?: object, token = admin.token) =>
      world.call(method, `/v1/admin/${path}`, { token, body })
    return { call }
  })

  it.beforeAll(async ({ owner: first }) => {
    admin = first
  })

  it.for(
    cases([
      ['GET', 'settings', undefined],
      ['PUT', 'settings/a.b', { value: 'x' }],
      ['DELETE', 'settings/a.b', undefined],
      ['GET', 'x402', undefined],
      ['PUT', 'x402', {}],
      ['GET', 'users', undefined],
      ['DELETE', `users/${randomUUID()}`, undefined],
      ['GET', `orgs/${randomUUID()}/limits`, undefined],
      ['PUT', `orgs/${randomUUID()}/limits`, {}],
      ['PUT', `orgs/${randomUUID()}/billing-tier`, { tier: 'pro' }],
    ]),
  )('%s %s is refused to everyone else and to agents', async ([method, path, body], { world, calls: { call } }) => {
    const owner = await world.signUp()
    const member = await world.colleague(admin, 'member')
    const agent = await world.agent(admin)
    const scoped = await ok(
      world.call('POST', '/v1/auth/api-keys', { token: admin.token, body: { name: 'scoped', scopes: ['a/**'] } }),
    )
    for (const token of [owner.token, member.token, agent.token, agent.key, scoped.body.api_key]) {
      expect((await call(method, path, body, token)).status).toBe(403)
    }
    const second = await world.colleague(admin, 'admin')
    expect((await call(method, path, body, second.token)).status).not.toBe(403)
  })

  it('changes settings of the server', async ({ calls: { call } }) => {
    expect((await ok(call('PUT', 'settings/demo.flag', { value: 'true' }))).body).toMatchObject({
      key: 'demo.flag',
      value: 'true',
      updated_by: admin.id,
    })
    await ok(call('PUT', 'settings/demo.flag', { value: 'false' }))
    expect((await call('GET', 'settings')).body.settings).toContainEqual(
      expect.objectContaining({ key: 'demo.flag', value: 'false' }),
    )
    expect((await call('DELETE', 'settings/demo.flag')).status).toBe(204)
    expect((await call('DELETE', 'settings/demo.flag')).status).toBe(404)
    for (const key of ['Demo', 'a..b', '.a', 'x402.pay_to']) {
      expect((await call('PUT', `settings/${key}`, { value: 'x' })).body.fields).toHaveProperty('key')
    }
  })

  it('keeps the settings that x402 needs', async ({ calls: { call } }) => {
    const settings = { pay_to: `0x${'aB'.repeat(20)}`, network: 'eip155:8453', scheme: 'exact', free_tier_limit: 10 }
    expect((await ok(call('PUT', 'x402', settings))).body).toEqual(settings)
    const facilitator_url = 'https://facilitator.example/x402'
    expect((await ok(call('PUT', 'x402', { facilitator_url }))).body).toEqual({ ...settings, facilitator_url })
    expect((await call('GET', 'x402')).body).toEqual({ ...settings, facilitator_url })
    for (const bad of [
      { pay_to: '0x1' },
      { network: 'Base 1' },
      { scheme: 'upto' },
      { free_tier_limit: -1 },
      { facilitator_url: 'http://x' },
    ]) {
      expect((await call('PUT', 'x402', bad)).body.fields).toHaveProperty(Object.keys(bad)[0] ?? '')
    }
  })

  it('lists accounts in pages', async ({ world, calls: { call } }) => {
    const user = await world.signUp()
    const { body } = await ok(call('GET', 'users'))
    expect(body.total).toBe(body.users.length)
    expect(body.users[0]).toMatchObject({
      id: admin.id,
      email: admin.email,
      role: 'owner',
      org_id: admin.orgId,
      billing_tier: 'free',
    })
    const last = await ok(call('GET', `users?limit=1&offset=${body.total - 1}`))
    expect(last.body.users).toMatchObject([{ id: user.id, is_sponsored: false }])
  })

  it('deletes an account with what only it could reach, but not one’s own or the platform’s last owner', async ({
    world,
    calls: { call },
  }) => {
    const user = await world.signUp()
    const other = await world.colleague(user, 'member')
    const vault = await world.vault(user)
    const agent = await world.agent(user)
    expect((await call('DELETE', `users/${user.id}`)).status).toBe(204)
    expect((await call('DELETE', `users/${user.id}`)).status).toBe(404)
    expect((await world.call('GET', '/v1/auth/me', { token: user.token })).status).toBe(401)
    const signIn = await world.call('POST', '/v1/auth/token', { body: { email: user.email, password: PASSWORD } })
    expect(signIn.status).toBe(401)
    // Shared organisations stay, and have an owner.
    expect((await world.call('GET', '/v1/auth/me', { token: other.token })).body.role).toBe('owner')
    expect((await world.call('GET', `/v1/vaults/${vault}`, { token: other.token })).status).toBe(200)
    expect((await world.call('GET', '/v1/agents/me', { token: agent.token })).body).not.toHaveProperty('created_by')

    expect((await call('DELETE', `users/${admin.id}`)).status).toBe(400)
    const deputy = await world.colleague(admin, 'admin')
    expect((await call('DELETE', `users/${admin.id}`, undefined, deputy.token)).status).toBe(400)
  })

  it('gives an organisation limits and a tier', async ({ world, calls: { call } }) => {
    const user = await world.signUp()
    const org = `orgs/${user.orgId}`
    expect((await call('GET', `${org}/limits`)).body).toEqual({ org_id: user.orgId, is_sponsored: false })
    const limits = { free_tier_override: 5000, is_sponsored: true }
    expect((await ok(call('PUT', `${org}/limits`, limits))).body).toEqual({ org_id: user.orgId, ...limits })
    expect((await ok(call('PUT', `${org}/limits`, { free_tier_override: null }))).body).toEqual({
      org_id: user.orgId,
      is_sponsored: true,
    })
    expect((await ok(call('PUT', `${org}/limits`, {}))).body.is_sponsored).toBe(true)

    const tier = await ok(call('PUT', `${org}/billing-tier`, { tier: 'pro', duration_days: 30 }))
    expect(tier.body).toMatchObject({ org_id: user.orgId, tier: 'pro', expires_at: expect.any(String) })
    const tierNow = async () => {
      const { users } = (await ok(call('GET', 'users?limit=1000'))).body
      return users.find(({ id }: { id: string }) => id === user.id).billing_tier
    }
    expect(await tierNow()).toBe('pro')
    world.advance(31 * 24 * 3_600_000)
    admin = {
      ...admin,
      token: (await ok(world.call('POST', '/v1/auth/token', { body: { email: admin.email, password: PASSWORD } }))).body
        .access_token,
    }
    expect(await tierNow()).toBe('free')
    expect((await call('PUT', `${org}/billing-tier`, { tier: 'gold' })).status).toBe(400)
    expect((await call('PUT', `orgs/${randomUUID()}/billing-tier`, { tier: 'pro' })).status).toBe(404)
  })
})
