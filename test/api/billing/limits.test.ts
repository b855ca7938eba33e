import { describe, expect } from 'vitest'
import { enforce, exhaust, giveCredits, sumsOf } from '../../support/billing.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type Reply, type TestUser } from '../../support/world.ts'

const statuses = (replies: readonly Reply[]) => {
  const groups = Map.groupBy(replies, ({ status }) => status)
  return Object.fromEntries([...groups].map(([status, those]) => [status, those.length]))
}

const engines = onEngines(engine =>
  testsOn(engine).extend('calls', ({ world, owner: admin }) => {
    const setTier = (user: TestUser, tier: string) =>
      ok(world.call('PUT', `/v1/admin/orgs/${user.orgId}/billing-tier`, { token: admin.token, body: { tier } }))
    const list = (user: TestUser) => world.call('GET', '/v1/vaults', { token: user.token })
    return { setTier, list }
  }),
)

describe.each(engines)('limits on $engine', ({ it }) => {
  it.beforeAll(async ({ world, owner }) => {
    await enforce(world, owner)
  })

  describe('of resources', () => {
    const limitReached = (detail: string) => ({
      status: 403,
      body: { type: 'resource_limit_exceeded', title: 'Resource Limit Exceeded', status: 403, detail },
    })

    it('allows exactly three vaults when twelve requests create one at once', async ({ world, calls: { setTier } }) => {
      const user = await world.signUp()
      const make = (index: number) => world.call('POST', '/v1/vaults', { token: user.token, body: { name: `v${index}` } })
      const replies = await Promise.all(Array.from({ length: 12 }, (_, index) => make(index)))
      expect(statuses(replies)).toEqual({ 201: 3, 403: 9 })
      expect(await make(99)).toMatchObject(limitReached('Vault limit reached (3/3 on free tier). Upgrade your plan for more.'))
      await setTier(user, 'pro')
      expect((await make(100)).status).toBe(201)
    })

    it('allows exactly two agents, and no reactivation beyond them', async ({ world }) => {
      const user = await world.signUp()
      const make = (name: string) => world.call('POST', '/v1/agents', { token: user.token, body: { name } })
      const replies = await Promise.all(Array.from({ length: 6 }, (_, index) => make(`a${index}`)))
      expect(statuses(replies)).toEqual({ 201: 2, 403: 4 })
      const [made] = replies.filter(({ status }) => status === 201)
      const set = (is_active: boolean) =>
        world.call('PATCH', `/v1/agents/${made?.body.agent.id}`, { token: user.token, body: { is_active } })
      await ok(set(false))
      expect((await make('in its place')).status).toBe(201)
      expect(await set(true)).toMatchObject(limitReached('Agent limit reached (2/2 on free tier). Upgrade your plan for more.'))
    })

    it('allows exactly fifty secrets, whatever is deleted and rewritten', async ({ world }) => {
      const user = await world.signUp()
      const vault = await world.vault(user)
      const put = (path: string) =>
        world.call('PUT', `/v1/vaults/${vault}/secrets/${path}`, { token: user.token, body: { value: 'x' } })
      for (let i = 0; i < 45; i++) await ok(put(`s/${i}`))
      const replies = await Promise.all(Array.from({ length: 15 }, (_, index) => put(`more/${index}`)))
      expect(statuses(replies)).toEqual({ 201: 5, 403: 10 })
      expect((await put('s/0')).status).toBe(201)
      await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/s/1`, { token: user.token }))
      expect((await put('s/1')).status).toBe(201)
      expect(await put('s/new')).toMatchObject(
        limitReached('Secret limit reached (50/50 on free tier). Upgrade your plan for more.'),
      )
      const used = async () =>
        (await ok(world.call('GET', '/v1/billing/subscription', { token: user.token }))).body.usage.secrets.used
      expect(await used()).toBe(50)
      const other = await world.vault(user)
      await ok(world.call('DELETE', `/v1/vaults/${vault}/secrets/s/2`, { token: user.token }))
      await world.put(user, other, 'elsewhere', 'x')
      expect(await used()).toBe(50)
      await ok(world.call('DELETE', `/v1/vaults/${vault}`, { token: user.token }))
      expect(await used()).toBe(1)
    })

    it('limits neither the platform nor the organisations it sponsors', async ({ world, owner: admin }) => {
      const user = await world.signUp()
      await ok(world.call('PUT', `/v1/admin/orgs/${user.orgId}/limits`, { token: admin.token, body: { is_sponsored: true } }))
      for (const who of [admin, user]) for (let i = 0; i < 4; i++) await world.vault(who)
    })
  })

  describe('of requests', () => {
    it('serves exactly what the plan has left, however many ask at once, then says how to get more', async ({
      world,
      calls: { list },
    }) => {
      const user = await world.signUp()
      await exhaust(world, user.orgId, 7)
      const replies = await Promise.all(Array.from({ length: 30 }, () => list(user)))
      expect(statuses(replies)).toEqual({ 200: 7, 402: 23 })
      const refused = await list(user)
      expect(refused.body).toMatchObject({ type: 'about:blank', title: 'Payment Required', status: 402 })
      expect(refused.body.detail).toMatch(
        /^The 1000 requests of this month on the free tier are used up.*resets on \d{4}-\d\d-01\./,
      )
      expect(refused.headers).toMatchObject({ 'x-ratelimit-requests-percent': '100', 'x-quota-warning': expect.any(String) })
      for (const path of ['/v1/auth/me', '/v1/billing/usage', '/v1/billing/subscription']) {
        expect((await world.call('GET', path, { token: user.token })).status).toBe(200)
      }
    })

    it('warns above 80 % and not earlier', async ({ world, calls: { list } }) => {
      const user = await world.signUp()
      await exhaust(world, user.orgId, 200)
      expect((await list(user)).headers).not.toHaveProperty('x-quota-warning')
      await exhaust(world, user.orgId, 150)
      expect((await list(user)).headers['x-quota-warning']).toContain('85 %')
    })

    it('serves 100 of 500 requests at once when credits cover 100, and the ledger adds up', async ({
      world,
      calls: { list },
    }) => {
      const user = await world.signUp()
      await exhaust(world, user.orgId)
      await giveCredits(world, user.orgId, 10)
      const replies = await Promise.all(Array.from({ length: 500 }, () => list(user)))
      expect(statuses(replies)).toEqual({ 200: 100, 402: 400 })
      expect(await sumsOf(world, user.orgId)).toEqual({ entries: 0, lots: 0, balance: 0 })
      const usage = (await ok(world.call('GET', '/v1/billing/usage', { token: user.token }))).body.current_month
      expect(usage).toMatchObject({ paid_requests: 100, total_cost_usd: '0.10' })
      const ledger = await ok(world.call('GET', '/v1/billing/credits/transactions?limit=1000', { token: user.token }))
      const { transactions } = ledger.body
      expect(transactions.reduce((sum: number, entry: { amount_cents: number }) => sum + entry.amount_cents, 0)).toBe(0)
      expect(transactions.at(-1)).toMatchObject({ type: 'topup', amount_cents: 10, balance_after_cents: 10 })
      expect(transactions[0].balance_after_cents).toBe(0)
    })

    it('charges the rate of the tier, and loses no part of a cent', async ({ world, calls: { setTier, list } }) => {
      const user = await world.signUp()
      await setTier(user, 'pro')
      await exhaust(world, user.orgId, 0, 25_000)
      await giveCredits(world, user.orgId, 2)
      const replies = await Promise.all(Array.from({ length: 40 }, () => list(user)))
      expect(statuses(replies)).toEqual({ 200: 25, 402: 15 })
    })

    it('accepts an override of the free requests, and the setting for all', async ({ world, owner: admin, calls: { list } }) => {
      const user = await world.signUp()
      const override = (value: number | null) =>
        ok(
          world.call('PUT', `/v1/admin/orgs/${user.orgId}/limits`, {
            token: admin.token,
            body: { free_tier_override: value },
          }),
        )
      await override(0)
      expect((await list(user)).status).toBe(402)
      await override(null)
      expect((await list(user)).headers['x-ratelimit-requests-limit']).toBe('1000')
    })
  })
})
