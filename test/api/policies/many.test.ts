import { describe, expect } from 'vitest'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { allEvents } from '../../support/rows.ts'
import { ok } from '../../support/world.ts'

const at = (vault_id: string, secret_path_pattern: string) => ({ vault_id, secret_path_pattern })

const engines = onEngines(engine =>
  testsOn(engine)
    .extend('scene', { scope: 'file', auto: true }, async ({ world, owner }) => {
      const agent = await world.agent(owner)
      const [one, other] = [await world.vault(owner), await world.vault(owner)]
      for (const vault of [one, other]) await world.put(owner, vault, 'a/b', 'v')
      return { agent, one, other }
    })
    .extend('calls', ({ world, owner, scene: { agent } }) => {
      const create = (grants: readonly object[], token = owner.token, more: object = {}) =>
        world.call('POST', '/v1/policies/batch', {
          token,
          body: { grants, principal_type: 'agent', principal_id: agent.id, permissions: ['read'], ...more },
        })
      const all = async () =>
        (await ok(world.call('GET', `/v1/agents/${agent.id}/policies`, { token: owner.token }))).body.policies as { id: string }[]
      const read = async (vault: string) =>
        (await world.call('GET', `/v1/vaults/${vault}/secrets/a/b`, { token: agent.token })).status
      return { create, all, read }
    }),
)

describe.each(engines)('several policies at once, on $engine', ({ it }) => {
  it('are created in several vaults, apply at once, and leave an event each', async ({
    world,
    owner,
    scene: { one, other, agent },
    calls: { read, create },
  }) => {
    expect([await read(one), await read(other)]).toEqual([403, 403])
    const reply = await ok(create([at(one, 'a/*'), at(one, 'c/**'), at(other, '**')]))
    expect(reply.status).toBe(201)
    expect(reply.body.policies).toMatchObject([
      { vault_id: one, secret_path_pattern: 'a/*', principal_id: agent.id },
      { vault_id: one, secret_path_pattern: 'c/**' },
      { vault_id: other, secret_path_pattern: '**' },
    ])
    expect([await read(one), await read(other)]).toEqual([200, 200])
    const ids = reply.body.policies.map(({ id }: { id: string }) => id)
    const events = (await allEvents(world)).filter(({ resource_id }) => ids.includes(resource_id))
    expect(events.map(({ action }) => action)).toEqual(['policy.create', 'policy.create', 'policy.create'])
    for (const { vault_id, id } of reply.body.policies)
      await ok(world.call('DELETE', `/v1/vaults/${vault_id}/policies/${id}`, { token: owner.token }))
  })

  it('are not created at all when one of them is invalid, and the error names it', async ({
    world,
    owner,
    scene: { one, other },
    calls: { create, all },
  }) => {
    const stranger = await world.signUp()
    const theirs = await world.vault(stranger)
    const member = await world.colleague(owner)
    const own = await world.vault(member)
    const field = async (grants: readonly object[]) => Object.keys((await create(grants)).body.fields ?? {})
    expect(await field([at(one, 'a/*'), at(other, 'not//a')])).toEqual(['grants[1].secret_path_pattern'])
    expect(await field([at(one, 'a/*'), at(other, '*'), at(one.toUpperCase(), 'a/*')])).toEqual(['grants[2]'])
    expect((await create([at(one, 'a/*'), at(theirs, '*')])).status).toBe(404)
    expect((await create([at(own, 'a/*'), at(one, '*')], member.token)).status).toBe(403)
    expect((await create([at(one, 'a/*')], owner.token, { principal_id: stranger.id })).status).toBe(400)
    expect((await create([], owner.token)).status).toBe(400)
    expect((await create([at(one, 'a/*')], owner.token, { effect: 'deny' })).status).toBe(400)
    expect((await create([{ ...at(one, 'a/*'), conditions: {} }])).status).toBe(400)
    expect((await create(Array.from({ length: 101 }, (_, line) => at(one, `a/${line}`)))).status).toBe(400)
    expect(await all()).toEqual([])
  })

  it('are limited like single ones for a holder of admin on some paths', async ({
    world,
    owner,
    scene: { one },
    calls: { create, all },
  }) => {
    const member = await world.colleague(owner)
    const body = {
      secret_path_pattern: 'team/**',
      principal_type: 'user',
      principal_id: member.id,
      permissions: ['admin'],
      expires_at: '2999-01-01T00:00:00.000Z',
    }
    const held = (await ok(world.call('POST', `/v1/vaults/${one}/policies`, { token: owner.token, body }))).body
    expect((await create([at(one, 'team/a'), at(one, 'elsewhere')], member.token)).status).toBe(403)
    expect(await all()).toEqual([])
    const made = (await ok(create([at(one, 'team/a'), at(one, 'team/b')], member.token))).body.policies
    expect(made).toMatchObject([
      { granted_under: held.id, expires_at: body.expires_at },
      { granted_under: held.id, expires_at: body.expires_at },
    ])
  })
})
