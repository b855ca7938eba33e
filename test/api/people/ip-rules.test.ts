import { describe, expect, vi } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok, type TestUser } from '../../support/world.ts'

const HOME = '203.0.113.7'

const engines = onEngines(engine =>
  testsOn(engine, { trustedProxies: ['10.255.0.0/16'] }).extend('calls', ({ world }) => {
    const add = (user: TestUser, rule_type: string, cidr: string, more: object = {}, ip = HOME) =>
      world.call('POST', '/v1/security/ip-rules', { token: user.token, body: { rule_type, cidr, ...more }, ip })
    const list = async (user: TestUser) =>
      (await ok(world.call('GET', '/v1/security/ip-rules', { token: user.token, ip: HOME }))).body.rules
    const remove = (user: TestUser, id: string, ip = HOME) =>
      world.call('DELETE', `/v1/security/ip-rules/${id}`, { token: user.token, ip })
    const from = async (who: { token: string }, ip: string, headers: Record<string, string> = {}) =>
      (await world.call('GET', '/v1/vaults', { token: who.token, ip, headers })).status
    return { add, list, remove, from }
  }),
)

describe.each(engines)('IP rules on $engine', ({ it }) => {
  it('deny what they name, and win over what is allowed', async ({ world, calls: { add, from } }) => {
    const owner = await world.signUp()
    const { body } = await ok(add(owner, 'block', '198.51.100.0/24', { label: 'noisy' }))
    expect(body).toMatchObject({
      rule_type: 'deny',
      cidr: '198.51.100.0/24',
      label: 'noisy',
      applies_to: 'all',
      org_id: owner.orgId,
    })
    expect(await from(owner, '198.51.100.9')).toBe(403)
    expect(await from(owner, '::ffff:198.51.100.9')).toBe(403)
    expect(await from(owner, HOME)).toBe(200)
    await ok(add(owner, 'allow', '203.0.113.0/24'))
    await ok(add(owner, 'allow', '198.51.100.0/24'))
    expect(await from(owner, '198.51.100.9')).toBe(403)
  })

  it('allow only listed addresses, if any are listed', async ({ world, calls: { add, from } }) => {
    const owner = await world.signUp()
    await ok(add(owner, 'allow', '203.0.113.0/24'))
    await ok(add(owner, 'allow', '2001:db8:1::/48'))
    expect(await from(owner, '2001:db8:1::5')).toBe(200)
    expect(await from(owner, '2001:db8:2::5')).toBe(403)
    expect(await from(owner, '192.0.2.1')).toBe(403)
    expect(await from(await world.signUp(), '192.0.2.1')).toBe(200)
  })

  it('can apply to people or agents only', async ({ world, calls: { add, from } }) => {
    const owner = await world.signUp()
    const agent = await world.agent(owner)
    await ok(add(owner, 'allow', '192.0.2.0/24', { applies_to: 'agents' }))
    expect([await from(agent, '192.0.2.4'), await from(agent, HOME), await from(owner, HOME)]).toEqual([200, 403, 200])
    await ok(add(owner, 'deny', '198.51.100.1', { applies_to: 'users' }))
    expect([await from(owner, '198.51.100.1'), await from(owner, '198.51.100.2')]).toEqual([403, 200])
  })

  it('never lock out the person who changes them', async ({ world, calls: { add, remove, from } }) => {
    const owner = await world.signUp()
    expect((await add(owner, 'deny', HOME)).body.fields).toHaveProperty('cidr')
    expect((await add(owner, 'deny', '0.0.0.0/0')).status).toBe(400)
    expect((await add(owner, 'allow', '192.0.2.0/24')).status).toBe(400)
    const mine = (await ok(add(owner, 'allow', HOME))).body.id
    await ok(add(owner, 'allow', '192.0.2.0/24'))
    expect((await remove(owner, mine)).status).toBe(400)
    expect((await remove(owner, mine, '192.0.2.8')).status).toBe(204)
    expect(await from(owner, HOME)).toBe(403)
  })

  it('can be changed only by owners and admins', async ({ world, calls: { add, remove, list, from } }) => {
    const owner = await world.signUp()
    const member = await world.colleague(owner)
    const agent = await world.agent(owner)
    const { body } = await ok(add(owner, 'deny', '198.51.100.1'))
    expect((await add(member, 'deny', '198.51.100.2')).status).toBe(403)
    expect((await remove(member, body.id)).status).toBe(403)
    expect((await world.call('GET', '/v1/security/ip-rules', { token: agent.token })).status).toBe(403)
    expect(await list(member)).toEqual([body])
    expect((await remove(await world.signUp(), body.id)).status).toBe(404)
    expect((await remove(owner, body.id)).status).toBe(204)
    expect(await from(owner, '198.51.100.1')).toBe(200)
  })

  it.for(['', 'not-an-ip', '300.1.1.1', '10.0.0.0/33', '2001:db8::/129', '10.0.0.0/8 '])(
    'must be ranges: %j',
    async (cidr, { world, calls: { add } }) => {
      const reply = await add(await world.signUp(), 'deny', cidr)
      expect(reply.status).toBe(cidr === '10.0.0.0/8 ' ? 201 : 400)
    },
  )

  it('apply to the address that a trusted proxy names, and to no other', async ({ world, calls: { add, from } }) => {
    const owner = await world.signUp()
    await ok(add(owner, 'allow', HOME))
    const forwarded = { 'x-forwarded-for': HOME }
    expect(await from(owner, '192.0.2.1', forwarded)).toBe(403)
    expect(await from(owner, '10.255.0.1', forwarded)).toBe(200)
    expect(await from(owner, '10.255.0.1', { 'x-forwarded-for': `${HOME}, 192.0.2.1` })).toBe(403)
  })

  it('leave an event in the audit log when they deny a request', async ({ world, calls: { add } }) => {
    const owner = await world.signUp()
    await ok(add(owner, 'deny', '198.51.100.1'))
    await world.call('POST', '/v1/vaults', { token: owner.token, body: { name: 'x' }, ip: '198.51.100.1' })
    await vi.waitFor(async () => {
      const { events } = (await ok(world.call('GET', '/v1/audit/events', { token: owner.token, ip: HOME }))).body
      const seen = events.map(({ action, ip_address }: { action: string; ip_address: string }) => [action, ip_address])
      expect(seen).toContainEqual(['vault.create', '198.51.100.1'])
      expect(seen).toContainEqual(['org.ip_rule_add', HOME])
    }, 15_000)
  })
})
