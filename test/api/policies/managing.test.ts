import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ok } from '../../support/world.ts'

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const orgAdmin = await world.colleague(owner, 'admin')
      const member = await world.colleague(owner)
      const agent = await world.agent(owner)
      return { orgAdmin, member, agent }
    })
    .extend('calls', ({ world, owner, vaultId, scene: { agent } }) => {
      const url = () => `/v1/vaults/${vaultId}/policies`
      const create = (token: string, pattern: string, principal: { type: string; id: string }, more: object = {}) =>
        world.call('POST', url(), {
          token,
          body: {
            secret_path_pattern: pattern,
            principal_type: principal.type,
            principal_id: principal.id,
            permissions: ['read'],
            ...more,
          },
        })
      const update = (token: string, id: string, body: object) => world.call('PUT', `${url()}/${id}`, { token, body })
      const remove = (token: string, id: string) => world.call('DELETE', `${url()}/${id}`, { token })
      const toAgent = () => ({ type: 'agent', id: agent.id })
      /** A member with `admin` on a pattern, and the id of that policy. */
      async function holder(pattern: string, more: object = {}) {
        const user = await world.colleague(owner)
        const { body } = await ok(
          create(owner.token, pattern, { type: 'user', id: user.id }, { permissions: ['admin'], ...more }),
        )
        return { ...user, policyId: body.id as string }
      }
      return { url, create, update, remove, toAgent, holder }
    }),
)

describe.each(engines)('managing policies, on $engine', ({ it }) => {
  it('lists all grants of an agent for the person responsible for it', async ({
    world,
    owner,
    vaultId,
    scene: { member, agent, orgAdmin },
  }) => {
    const made = await world.agent(member)
    const other = await world.vault(owner)
    const ids = [
      await world.policy(owner, vaultId, made, 'a/*', ['read']),
      await world.policy(owner, other, made, 'b/**', ['write']),
    ]
    await world.policy(owner, other, agent, 'c', ['read'])
    const of = (token: string) => world.call('GET', `/v1/agents/${made.id}/policies`, { token })
    for (const { token } of [owner, orgAdmin, member]) {
      const { body } = await ok(of(token))
      expect(body.policies.map((policy: { id: string; vault_id: string }) => [policy.id, policy.vault_id])).toEqual([
        [ids[0], vaultId],
        [ids[1], other],
      ])
    }
    const [colleague, stranger] = [await world.colleague(owner), await world.signUp()]
    expect((await of(colleague.token)).status).toBe(403)
    expect((await of(stranger.token)).status).toBe(404)
    expect((await of(made.token)).status).toBe(403)
  })

  it('is allowed for the creator of the vault, owners and admins, not for members without a policy', async ({
    world,
    owner,
    scene: { orgAdmin, member },
    calls: { create, toAgent, update, url, remove },
  }) => {
    for (const { token } of [owner, orgAdmin]) {
      const { body } = await ok(create(token, 'x/**', toAgent()))
      await ok(update(token, body.id, { permissions: ['write'] }))
      await ok(world.call('GET', url(), { token }))
      await ok(remove(token, body.id))
    }
    const { body } = await ok(create(owner.token, 'y/**', toAgent()))
    const attempts = [
      create(member.token, 'x', toAgent()),
      update(member.token, body.id, { permissions: ['admin'] }),
      remove(member.token, body.id),
      world.call('GET', url(), { token: member.token }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual([403, 403, 403, 403])
  })

  it('is never allowed for agents, whatever their policies say', async ({
    world,
    owner,
    calls: { create, toAgent, update, remove, url },
  }) => {
    const powerful = await world.agent(owner)
    const { body } = await ok(create(owner.token, '**', { type: 'agent', id: powerful.id }, { permissions: ['admin'] }))
    for (const token of [powerful.token, powerful.key]) {
      const explain = { principal_type: 'agent', principal_id: powerful.id, permission: 'read', path: 'a' }
      const attempts = [
        create(token, 'x', toAgent()),
        update(token, body.id, { permissions: ['read'] }),
        remove(token, body.id),
        world.call('GET', url(), { token }),
        world.call('POST', `${url()}/explain`, { token, body: explain }),
      ]
      expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 403))
    }
  })

  it('with admin on some paths stays within them', async ({ owner, calls: { holder, create, toAgent, update, remove } }) => {
    const some = await holder('team/**')
    for (const pattern of ['team/**', 'team/x', 'team/*/y', 'team/a/**']) {
      expect({ pattern, status: (await create(some.token, pattern, toAgent())).status }).toEqual({ pattern, status: 201 })
    }
    for (const pattern of ['**', '*', 'other', 'teamx/**', '*/x', '**/team']) {
      expect({ pattern, status: (await create(some.token, pattern, toAgent())).status }).toEqual({ pattern, status: 403 })
    }
    const outside = (await ok(create(owner.token, 'other/**', toAgent()))).body.id
    expect([
      (await update(some.token, outside, { permissions: ['admin'] })).status,
      (await remove(some.token, outside)).status,
    ]).toEqual([403, 403])
  })

  it('with admin on some paths cannot widen one’s own access or escape its limits', async ({
    world,
    owner,
    calls: { holder, create, update, toAgent },
  }) => {
    const some = await holder('team/**', {
      expires_at: new Date(Date.now() + 3_600_000).toISOString(),
      conditions: { ip_allowlist: ['127.0.0.1'] },
    })
    const self = { type: 'user', id: some.id }
    const attempts = [
      create(some.token, '**', self, { permissions: ['admin'] }),
      create(some.token, 'team/**', self, { permissions: ['admin'] }),
      update(some.token, some.policyId, { expires_at: null }),
      update(some.token, some.policyId, { conditions: null }),
      update(some.token, some.policyId, { permissions: ['admin', 'read'] }),
    ]
    expect((await Promise.all(attempts)).map(({ status }) => status)).toEqual(attempts.map(() => 403))
    world.advance(3_600_000)
    const token = (await world.server.services.sessions.forUser({ userId: some.id, orgId: owner.orgId, generation: 0 }))
      .access_token
    expect((await create(token, 'team/x', toAgent())).status).toBe(403)
    world.advance(-3_600_000)
  })

  it('with admin is refused while its conditions do not hold', async ({ calls: { holder, create, toAgent } }) => {
    const elsewhere = await holder('team/**', { conditions: { ip_allowlist: ['192.0.2.1'] } })
    expect((await create(elsewhere.token, 'team/x', toAgent())).status).toBe(403)
  })

  it('ends with the policy that granted it', async ({ owner, calls: { holder, create, toAgent, remove } }) => {
    const some = await holder('team/**')
    expect((await create(some.token, 'team/x', toAgent())).status).toBe(201)
    await ok(remove(owner.token, some.policyId))
    expect((await create(some.token, 'team/x', toAgent())).status).toBe(403)
  })

  it('accepts only principals of the organisation', async ({ world, owner, calls: { create } }) => {
    const stranger = await world.signUp()
    const theirs = await world.agent(stranger)
    const refusals = [
      await create(owner.token, 'a', { type: 'user', id: stranger.id }),
      await create(owner.token, 'a', { type: 'agent', id: theirs.id }),
      await create(owner.token, 'a', { type: 'agent', id: '3f2504e0-4f89-41d3-9a0c-0305e82c3301' }),
    ]
    for (const { status, body } of refusals) {
      expect({ status, field: Object.keys(body.fields)[0] }).toEqual({ status: 400, field: 'principal_id' })
    }
    expect({ ...refusals[1]?.body, request_id: '' }).toEqual({ ...refusals[2]?.body, request_id: '' })
  })

  it('does not reach a policy through another vault', async ({ world, owner, calls: { create, toAgent } }) => {
    const other = await world.vault(owner)
    const { body } = await ok(create(owner.token, 'a', toAgent()))
    const through = (method: string, sent?: object) =>
      world.call(method, `/v1/vaults/${other}/policies/${body.id}`, { token: owner.token, body: sent })
    expect([(await through('PUT', { permissions: ['admin'] })).status, (await through('DELETE')).status]).toEqual([404, 404])
  })
})
