import { describe, expect, it } from 'vitest'
import { enforcing } from '../../support/billing.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { makeWorld, ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world }) => {
    const get = async (user: { token: string }, path: string) =>
      (await ok(world.call('GET', `/v1/billing/${path}`, { token: user.token }))).body
    return { get }
  }),
)

describe.each(engines)('usage on $engine', ({ it }) => {
  it('counts every authenticated request by route, principal and status, and limits nothing', async ({
    world,
    calls: { get },
  }) => {
    const user = await world.signUp()
    const vault = await world.vault(user)
    const agent = await world.agent(user)
    await world.put(user, vault, 'db/password', 'x')
    for (let i = 0; i < 5; i++) await world.call('GET', `/v1/vaults/${vault}/secrets/db/password`, { token: user.token })
    await world.call('GET', `/v1/vaults/${vault}/secrets/db/password`, { token: agent.token })

    const { events } = await get(user, 'history?limit=1000')
    const reads = events.filter(({ endpoint }: { endpoint: string }) => endpoint === '/v1/vaults/{vault_id}/secrets/{path}')
    expect(reads.map((event: { method: string }) => event.method)).toEqual([...Array(6).fill('GET'), 'PUT'])
    expect(reads[0]).toMatchObject({ principal_type: 'agent', principal_id: agent.id, status_code: 403, is_paid: false })
    expect(reads[1]).toMatchObject({ principal_type: 'user', principal_id: user.id, status_code: 200, price_usd: '0.001' })
    expect(reads[6]).toMatchObject({ status_code: 201, price_usd: '0.005' })
    expect(JSON.stringify(events)).not.toContain('db/password')

    const { billing_tier, free_tier_limit, current_month } = await get(user, 'usage')
    expect({ billing_tier, free_tier_limit }).toEqual({ billing_tier: 'free', free_tier_limit: 1000 })
    expect(current_month).toEqual({
      total_requests: events.length + 1,
      paid_requests: 0,
      free_requests: events.length + 1,
      total_cost_usd: '0.00',
    })
  })

  it('sums up a month by day, principal and route', async ({ world, calls: { get } }) => {
    const user = await world.signUp()
    const agent = await world.agent(user)
    await world.call('GET', '/v1/vaults', { token: agent.token })
    await world.call('GET', '/v1/vaults', { token: user.token })
    const { month, days, principals, routes } = await get(user, 'usage/breakdown')
    const total = days.reduce((sum: number, day: { requests: number }) => sum + day.requests, 0)
    const sum = (shares: { requests: number }[]) => shares.reduce((all, share) => all + share.requests, 0)
    expect([sum(principals), sum(routes)]).toEqual([total, total])
    expect(days[0].day.startsWith(month)).toBe(true)
    expect(principals).toContainEqual({ name: `agent:${agent.id}`, requests: 1, cost_usd: '0.00' })
    expect(routes).toContainEqual({ name: 'GET /v1/vaults', requests: 2, cost_usd: '0.00' })
    expect((await get(user, 'usage/breakdown?month=2020-01')).days).toEqual([])
  })

  it('returns the usage in each reply', async ({ world }) => {
    const user = await world.signUp()
    const first = await world.call('GET', '/v1/vaults', { token: user.token })
    const second = await world.call('GET', '/v1/vaults', { token: user.token })
    const used = Number(first.headers['x-ratelimit-requests-used'])
    expect(second.headers).toMatchObject({
      'x-ratelimit-requests-used': String(used + 1),
      'x-ratelimit-requests-limit': '1000',
      'x-ratelimit-requests-percent': '0',
      'x-credit-balance-cents': '0',
      'x-overage-method': 'credits',
    })
    expect(second.headers).not.toHaveProperty('x-quota-warning')
    expect(second.headers).not.toHaveProperty('x-credit-expiring-soon')
  })

  it('shows members and agents their own requests only, and pages without a gap', async ({ world, calls: { get } }) => {
    const user = await world.signUp()
    const member = await world.colleague(user)
    const agent = await world.agent(user)
    for (const token of [member.token, agent.token]) await world.call('GET', '/v1/vaults', { token })
    const of = async (who: { token: string }) => (await get(who, 'history')).events
    expect(new Set((await of(member)).map((event: { principal_id: string }) => event.principal_id))).toEqual(new Set([member.id]))
    expect(new Set((await of(agent)).map((event: { principal_id: string }) => event.principal_id))).toEqual(new Set([agent.id]))

    const all = (await get(user, 'history?limit=1000')).events.map(({ id }: { id: string }) => id)
    const paged: string[] = []
    for (let cursor = ''; ; ) {
      const page = await get(user, `history?limit=3${cursor}`)
      paged.push(...page.events.map(({ id }: { id: string }) => id))
      if (!page.next_cursor) break
      cursor = `&cursor=${page.next_cursor}`
    }
    expect(paged.filter(id => all.includes(id))).toEqual(all)
  })

  it('has every meter of the subscription', async ({ world, calls: { get } }) => {
    const user = await world.signUp()
    const vault = await world.vault(user)
    await world.put(user, vault, 'a', 'x')
    await world.put(user, vault, 'b', 'x')
    await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/b`, { token: user.token }))
    await world.agent(user)
    const body = await get(user, 'subscription')
    expect(body).toMatchObject({ tier: 'free', status: 'active', overage_method: 'credits' })
    expect(body).toMatchObject({ credit_balance_cents: 0, credit_balance_usd: '0.00' })
    expect(body.usage).toEqual({
      requests: { used: expect.any(Number), limit: 1000 },
      vaults: { used: 1, limit: 3 },
      secrets: { used: 1, limit: 50 },
      agents: { used: 1, limit: 2 },
      team_members: { used: 1 },
      intent_transactions: { used: 0 },
      shares: { used: 0 },
    })
  })

  it('accepts the overage method under either name', async ({ world, calls: { get } }) => {
    const user = await world.signUp()
    const set = (body: object) => world.call('PATCH', '/v1/billing/overage-method', { token: user.token, body })
    expect((await ok(set({ method: 'x402' }))).body).toEqual({ overage_method: 'x402' })
    expect((await get(user, 'subscription')).overage_method).toBe('x402')
    expect((await ok(set({ overage_method: 'credits' }))).body).toEqual({ overage_method: 'credits' })
    expect((await set({ method: 'x402', overage_method: 'credits' })).body.fields).toHaveProperty('method')
    expect((await set({})).body.fields).toHaveProperty('method')
  })

  it('names the missing settings without a payment provider', async ({ world, owner: admin }) => {
    const post = (path: string, body?: object) => world.call('POST', `/v1/billing/${path}`, { token: admin.token, body })
    for (const reply of [
      await post('subscribe', { tier: 'pro', interval: 'monthly' }),
      await post('portal'),
      await post('credits/topup', { amount_usd: 5 }),
      await post('webhooks', {}),
    ]) {
      expect(reply).toMatchObject({ status: 503, body: { detail: expect.stringContaining('ONECLAW_STRIPE_SECRET_KEY') } })
    }
    expect((await post('credits/topup', { amount_usd: 4 })).status).toBe(400)
  })

  it('resets the month of one organisation or of all when an admin asks', async ({ world, owner: admin, calls: { get } }) => {
    const user = await world.signUp()
    await world.call('GET', '/v1/vaults', { token: user.token })
    const reset = await ok(
      world.call('POST', '/v1/admin/usage/reset-for-user', { token: admin.token, body: { email: user.email } }),
    )
    expect(reset.body).toMatchObject({ org_id: user.orgId, user_id: user.id, email: user.email })
    expect(reset.body.deleted_events).toBeGreaterThanOrEqual(2)
    expect((await get(user, 'usage')).current_month.total_requests).toBe(0)
    expect((await get(admin, 'usage')).current_month.total_requests).toBeGreaterThan(0)
    expect((await ok(world.call('POST', '/v1/admin/usage/reset', { token: admin.token }))).body.deleted_events).toBeGreaterThan(0)
    expect((await get(admin, 'usage')).current_month.total_requests).toBe(1)
    const unknown = { token: admin.token, body: { email: 'nobody@example.com' } }
    expect((await world.call('POST', '/v1/admin/usage/reset-for-user', unknown)).status).toBe(404)
  })

  it('lists every organisation for platform administrators', async ({ world, owner: admin, calls: { get } }) => {
    const user = await world.signUp()
    await get(user, 'usage')
    const { orgs, total } = (await ok(world.call('GET', '/v1/admin/orgs?limit=1000', { token: admin.token }))).body
    expect(total).toBe(orgs.length)
    expect(orgs[0]).toMatchObject({ id: admin.orgId, is_platform: true })
    expect(orgs.at(-1)).toMatchObject({ id: user.orgId, billing_tier: 'free', credit_balance_cents: 0 })
    expect(orgs.at(-1).current_month_requests).toBeGreaterThan(0)
    const { users } = (await ok(world.call('GET', '/v1/admin/users?limit=1000', { token: admin.token }))).body
    expect(users.find(({ id }: { id: string }) => id === user.id).current_month_requests).toBeGreaterThan(0)
  })

  it('counts each request once when the month turns or the clock is set back', async ({ engine }) => {
    const own = await makeWorld(engine)
    try {
      const today = new Date()
      const middle = Date.UTC(today.getUTCFullYear(), today.getUTCMonth() + 1, 15, 12)
      own.advance(middle - Date.now())
      const user = await own.signUp()
      const key = await ok(own.call('POST', '/v1/auth/api-keys', { token: user.token, body: { name: 'clock' } }))
      const token = key.body.api_key
      const list = () => ok(own.call('GET', '/v1/vaults', { token }))
      for (const days of [40, -40, 0.05, -0.05]) {
        own.advance(days * 86_400_000)
        await list()
      }
      const month = (at: number) => new Date(at).toISOString().slice(0, 7)
      const [now, later] = [month(middle), month(middle + 40 * 86_400_000)]
      const of = async (name: string) =>
        (await ok(own.call('GET', `/v1/billing/usage/breakdown?month=${name}`, { token }))).body.days.reduce(
          (sum: number, day: { requests: number }) => sum + day.requests,
          0,
        )
      expect(await of(later)).toBe(1)
      const all = (await ok(own.call('GET', '/v1/billing/history?limit=1000', { token }))).body.events
      // The row of the other month is not among them, and the history itself is one more event.
      expect(await of(now)).toBe(all.length)
    } finally {
      await own.close()
    }
  })
})

describe('a server that counts nothing', () => {
  it('neither counts nor limits requests, even where limits are enforced', async () => {
    const world = await makeWorld('sqlite', { metering: false })
    try {
      const admin = await enforcing(world)
      const user = await world.signUp()
      await ok(world.call('PUT', `/v1/admin/orgs/${user.orgId}/limits`, { token: admin.token, body: { free_tier_override: 0 } }))
      const reply = await ok(world.call('GET', '/v1/vaults', { token: user.token }))
      expect(reply.headers).not.toHaveProperty('x-ratelimit-requests-used')
      const { body } = await ok(world.call('GET', '/v1/billing/history', { token: user.token }))
      expect(body.events).toEqual([])
    } finally {
      await world.close()
    }
  })
})
