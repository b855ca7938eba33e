import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok, PASSWORD } from '../../support/world.ts'

interface Sum {
  readonly day: string
  readonly hour?: number
  readonly key: string
  readonly total: number
  readonly denied: number
}

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner: signedUp, vaultId }) => {
      let owner = signedUp
      const summary = async (query = '', token = owner.token) =>
        (await ok(world.call('GET', `/v1/audit/summary${query}`, { token }))).body as {
          total: number
          denied: number
          sums: Sum[]
        }
      const agent = await world.agent(owner)
      await world.put(owner, vaultId, 'a/b', 'v')
      await world.policy(owner, vaultId, agent, 'a/*', ['read'])
      for (const path of ['a/b', 'a/b', 'c/d'])
        await world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: agent.token })
      // The reply does not wait for the event of a refusal.
      await vi.waitFor(async () => expect((await summary()).denied).toBe(1), 15_000)
      world.advance(86_400_000)
      const { body } = await ok(world.call('POST', '/v1/auth/token', { body: { email: owner.email, password: PASSWORD } }))
      owner = { ...owner, token: body.access_token }
      await world.call('GET', `/v1/vaults/${vaultId}/secrets/a/b`, { token: owner.token })
      return { agent, owner, summary }
    })
    .extend('calls', ({ world, scene: { agent } }) => {
      /** The number of events that the agent has caused: it signed in, read twice, and was refused once. */
      const caused = async () => (await allEvents(world)).filter(({ actor_id }) => actor_id === agent.id).length
      return { caused }
    }),
)

describe.each(engines)('the summary of the audit log, on $engine', ({ it }) => {
  it('equals the events, however they are grouped', async ({ world, scene: { agent, owner, summary }, calls: { caused } }) => {
    const events = (await allEvents(world)).filter(({ org_id }) => org_id === owner.orgId)
    for (const by of ['none', 'actor', 'action', 'vault']) {
      const { total, denied, sums } = await summary(`?by=${by}`)
      expect(total).toBe(events.length)
      expect(denied).toBe(events.filter(({ details }) => details['outcome'] === 'denied').length)
      expect(sums.reduce((sum, each) => sum + each.total, 0)).toBe(total)
    }
    const byActor = (await summary('?by=actor')).sums.filter(({ key }) => key === `agent:${agent.id}`)
    expect(byActor).toMatchObject([{ total: await caused(), denied: 1 }])
    expect(new Set((await summary()).sums.map(({ day }) => day)).size).toBe(2)
  })

  it('covers the requested days, principal and vault', async ({ vaultId, scene: { agent, summary }, calls: { caused } }) => {
    const today = new Date(Date.now() + 86_400_000).toISOString().slice(0, 10)
    const { sums } = await summary(`?from=${today}&to=${today}&by=action`)
    expect(sums.every(({ day }) => day === today)).toBe(true)
    expect(sums.find(({ key }) => key === 'secret.read')?.total).toBe(1)
    expect((await summary(`?actor_id=${agent.id}`)).total).toBe(await caused())
    expect((await summary(`?vault_id=${vaultId}&by=action`)).sums.map(({ key }) => key)).not.toContain('auth.success')
  })

  it('counts the newest hours, with the same numbers', async ({ world, scene: { agent, owner, summary }, calls: { caused } }) => {
    const { sums } = await summary('?hours=24&by=actor')
    expect(sums).toMatchObject([{ key: `user:${owner.id}`, hour: expect.any(Number) }])
    const events = (await allEvents(world)).filter(({ org_id }) => org_id === owner.orgId)
    expect((await summary('?hours=48')).total).toBe(events.length)
    expect((await summary(`?hours=48&actor_id=${agent.id}`)).total).toBe(await caused())
    expect((await summary('?hours=48', agent.key)).total).toBe(await caused())
    expect((await summary(`?hours=48&actor_id=${owner.id}`, agent.key)).total).toBe(0)
    expect(await world.call('GET', '/v1/audit/summary?hours=2', { token: owner.token })).toMatchObject({
      body: { from: expect.stringMatching(/T\d\d:00:00\.000Z$/), to: expect.stringMatching(/T\d\d:00:00\.000Z$/) },
    })
  })

  it('shows agents only themselves', async ({ scene: { agent, owner, summary }, calls: { caused } }) => {
    expect((await summary('', agent.key)).total).toBe(await caused())
    expect((await summary(`?actor_id=${owner.id}`, agent.key)).total).toBe(0)
  })

  it('accepts at most 366 days, in order, or 48 hours', async ({ world, scene: { owner } }) => {
    for (const query of [
      '?from=2026-03-02&to=2026-03-01',
      '?from=2025-01-01&to=2026-06-01',
      '?from=yesterday',
      '?from=2026-13-01',
      '?from=2026-02-31',
      '?hours=0',
      '?hours=49',
      '?hours=24&from=2026-03-01',
    ]) {
      expect((await world.call('GET', `/v1/audit/summary${query}`, { token: owner.token })).status).toBe(400)
    }
  })
})
