import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type TestAgent } from '../../support/world.ts'

const HOUR = 3_600_000

describe.each(onEngines(testsOn))('a holder of admin on some paths, on $engine', ({ it: base }) => {
  const it = base.extend('calls', ({ world, owner, vaultId }) => {
    const url = () => `/v1/vaults/${vaultId}/policies`
    const create = (token: string, principal: object, more: object = {}) =>
      world.call('POST', url(), {
        token,
        body: { secret_path_pattern: 'team/**', permissions: ['read'], ...principal, ...more },
      })
    const reads = (agent: TestAgent, ip?: string) =>
      world.call('GET', `/v1/vaults/${vaultId}/secrets/team/x`, { token: agent.key, ...(ip !== undefined && { ip }) })
    const list = async () => (await ok(world.call('GET', url(), { token: owner.token }))).body.policies as { id: string }[]
    /** A member with `admin` on `team/**`, the member's agent, and the policy that the member created for it. */
    async function delegate(more: object = {}) {
      const member = await world.colleague(owner)
      const held = (await ok(create(owner.token, user(member.id), { permissions: ['admin'], ...more }))).body
      const agent = await world.agent(member)
      const made = (await ok(create(member.token, to(agent)))).body
      return { member, held, agent, made }
    }
    return { url, create, reads, list, delegate }
  })
  it.beforeAll(async ({ world, owner, vaultId }) => {
    await world.put(owner, vaultId, 'team/x', 'v')
  })

  const user = (id: string) => ({ principal_type: 'user', principal_id: id })
  const to = ({ id }: { id: string }) => ({ principal_type: 'agent', principal_id: id })

  it('cannot outlast its expiry through an agent', async ({ world, calls: { reads, delegate } }) => {
    const ends = new Date(Date.now() + HOUR).toISOString()
    const { held, agent, made } = await delegate({ expires_at: ends })
    expect(made).toMatchObject({ granted_under: held.id, expires_at: ends })
    expect((await reads(agent)).status).toBe(200)
    world.advance(HOUR)
    expect((await reads(agent)).status).toBe(403)
    world.advance(-HOUR)
  })

  it('cannot escape its conditions through an agent', async ({ world, calls: { url, reads, delegate } }) => {
    const { agent, made, member } = await delegate({ conditions: { ip_allowlist: ['127.0.0.1'] } })
    expect(made.conditions).toEqual({ ip_allowlist: ['127.0.0.1'] })
    await ok(
      world.call('PUT', `${url()}/${made.id}`, {
        token: member.token,
        body: { conditions: { ip_allowlist: ['0.0.0.0/0'] }, expires_at: null },
      }),
    )
    expect([(await reads(agent)).status, (await reads(agent, '192.0.2.9')).status]).toEqual([200, 403])
  })

  it('ends with everything it granted, including what was delegated further', async ({
    world,
    owner,
    calls: { url, create, reads, list, delegate },
  }) => {
    const { member, held, agent } = await delegate()
    const second = await world.colleague(owner)
    await ok(create(member.token, user(second.id), { permissions: ['admin'] }))
    const far = await world.agent(second)
    await ok(create(second.token, to(far)))
    // The first holder gets the right back from the second: it still depends on the policy that the owner created.
    await ok(create(second.token, user(member.id), { permissions: ['admin'] }))
    expect([(await reads(agent)).status, (await reads(far)).status]).toEqual([200, 200])

    await ok(world.call('PUT', `${url()}/${held.id}`, { token: owner.token, body: { permissions: ['read'] } }))
    expect([(await reads(agent)).status, (await reads(far)).status]).toEqual([403, 403])
    expect((await create(member.token, to(agent))).status).toBe(403)

    const before = (await list()).length
    await ok(world.call('DELETE', `${url()}/${held.id}`, { token: owner.token }))
    expect((await list()).length).toBe(before - 5)
    const { body } = await ok(world.call('GET', '/v1/audit/events?action=policy.delete&limit=5', { token: owner.token }))
    expect(body.count).toBe(5)
  })

  it('ends with the membership of its holder', async ({ world, owner, calls: { reads, delegate } }) => {
    const { member, agent } = await delegate()
    await ok(world.call('DELETE', `/v1/org/members/${member.id}`, { token: owner.token }))
    expect((await reads(agent)).status).toBe(403)
  })

  it('cannot loosen what an owner has set', async ({ world, owner, calls: { url, create, delegate } }) => {
    const { member, agent } = await delegate()
    const set = (await ok(create(owner.token, to(agent), { conditions: { ip_allowlist: ['192.0.2.1'] } }))).body
    const change = (token: string) => world.call('PUT', `${url()}/${set.id}`, { token, body: { conditions: null } })
    expect([(await change(member.token)).status, (await change(owner.token)).status]).toEqual([403, 200])
    expect((await world.call('DELETE', `${url()}/${set.id}`, { token: member.token })).status).toBe(204)
  })

  it('is limited when it approves an enrolment with access', async ({ world, vaultId, calls: { list, delegate } }) => {
    const ends = new Date(Date.now() + HOUR).toISOString()
    const { member, held } = await delegate({ expires_at: ends })
    const asked = await ok(world.call('POST', '/v1/agents/enroll', { body: { name: 'enrolled' } }))
    const link = String(asked.body.approval_url).split('/').at(-1)
    const grant = { vault_id: vaultId, secret_path_pattern: 'team/**', permissions: ['read'] }
    const { body } = await ok(
      world.call('POST', `/v1/agents/enrollments/${link}/approve`, { token: member.token, body: { grant } }),
    )
    expect((await list()).find(({ id }) => id === body.policy_id)).toMatchObject({ granted_under: held.id, expires_at: ends })
  })
})
