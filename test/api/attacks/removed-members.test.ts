import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { mailbox } from '../../support/mailbox.ts'
import { ok, type TestUser } from '../../support/world.ts'

const ALL: readonly EndpointSpec[] = endpoints
const forPeople = ALL.filter(({ auth }) => auth === 'user' || auth === 'user-or-agent')
/** Operations that reach an object by its id, and operations that show who created objects. */
const byId = forPeople.filter(({ id, path }) => /_id\}/.test(path) && !recipeOf(id).everywhere)
const showsMaker = forPeople.filter(({ path, method, id }) => {
  const tells = JSON.stringify(endpointReply(id)).includes('created_by') || id === 'account.export'
  return tells && !/\{/.test(path) && (method === 'GET' || id === 'account.export')
})

function endpointReply(id: string): unknown {
  const { reply } = ALL.find(endpoint => endpoint.id === id) as EndpointSpec
  return reply?.toJSONSchema?.({ io: 'output', unrepresentable: 'any' }) ?? null
}

describe.each(ENGINES)('a removed member, on %s', engine => {
  let scene: Scene
  let boss: TestUser
  /** The scene with an admin of the organisation as the actor, who is removed after every operation. */
  let played: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
    boss = scene.owner
    const owner = await scene.world.colleague(boss, 'admin')
    played = { ...scene, owner, vaultId: await scene.world.vault(owner) }
  })
  afterAll(() => scene?.world.close())

  const { call, removed, rejoin } = {
    call: (...args: Parameters<Scene['world']['call']>) => scene.world.call(...args),

    /** Removes the player; returns the account's token for its new organisation. */
    async removed(): Promise<string> {
      const { world } = scene
      await ok(world.call('DELETE', `/v1/org/members/${played.owner.id}`, { token: boss.token }))
      const user = await world.server.database.read(({ accounts }) => accounts.userById(played.owner.id))
      if (!user) throw new Error('that account no longer exists')
      return tokenFor(user.org_id)
    },

    async rejoin(): Promise<void> {
      const membership = { org_id: boss.orgId, user_id: played.owner.id, role: 'admin', created_at: Date.now() }
      await scene.world.server.database.run(({ accounts }) => accounts.addMember(membership))
      played = { ...played, owner: { ...played.owner, token: await tokenFor(boss.orgId) } }
    },
  }

  async function tokenFor(orgId: string): Promise<string> {
    const member = await scene.world.server.database.read(({ accounts }) => accounts.member(played.owner.id, orgId))
    const session = { userId: played.owner.id, orgId, generation: member?.token_generation ?? 0, signedInAt: Date.now() }
    return (await scene.world.server.services.sessions.forUser(session)).access_token
  }

  it.each(byId)('$id does not find what they created', async endpoint => {
    const sent = await recipeOf(endpoint.id).good(played)
    if (sent.token !== undefined && sent.token !== played.owner.token) return
    const token = await removed()
    const body = sent.body && { body: sent.body }
    const reply = await call(endpoint.method, urlOf(endpoint, sent), { ...body, headers: sent.headers ?? {}, token })
    await rejoin()
    // Objects of the account itself, such as its console sessions, remain with the person.
    const own = endpoint.path.includes('{key_id}') || endpoint.path.includes('{session_id}')
    expect(own ? [403, 404, endpoint.status] : [403, 404]).toContain(reply.status)
  })

  it('finds operations of both kinds', () => {
    expect(byId.length).toBeGreaterThan(20)
    expect(showsMaker.map(({ id }) => id)).toEqual(expect.arrayContaining(['account.export', 'vaults.list']))
  })

  it.each(showsMaker)('$id lists nothing that they created', async endpoint => {
    const { world } = scene
    const vault = await world.vault(played.owner)
    const agent = await world.agent(played.owner)
    await world.put(played.owner, vault, 'seen/before', 'v')
    const inside = await call(endpoint.method, endpoint.path, { token: played.owner.token })
    expect(JSON.stringify(inside.body)).not.toBe('{}')
    const token = await removed()
    await world.policy(boss, vault, agent, 'made/after', ['read'])
    const { body, status } = await call(endpoint.method, endpoint.path, { token })
    await rejoin()
    expect(status).toBe(endpoint.status)
    for (const trace of [vault, agent.id, 'seen/before', 'made/after']) expect(JSON.stringify(body)).not.toContain(trace)
  })

  it('receives no mail when a share of their agent is opened', async () => {
    const { world } = scene
    const agent = await world.agent(played.owner)
    const secret = (await world.put(boss, scene.vaultId, 'shared/by-agent', 'v')).body.id
    await world.policy(boss, scene.vaultId, agent, 'shared/*', ['read'])
    const share = async () =>
      (
        await ok(
          call('POST', `/v1/secrets/${secret}/share`, {
            token: agent.token,
            body: { recipient_type: 'anyone_with_link', expires_at: '2999-01-01T00:00:00Z' },
          }),
        )
      ).body.id
    const [before, after] = [await share(), await share()]
    await ok(call('GET', `/v1/share/${before}`))
    await mailbox(world.dataDir).newest('share-opened', played.owner.email)
    await removed()
    await ok(call('GET', `/v1/share/${after}`))
    await rejoin()
    // Mails are sent in order, so this one comes after any mail that must not be sent.
    await ok(call('POST', '/v1/auth/forgot-password', { body: { email: played.owner.email } }))
    const box = mailbox(world.dataDir)
    await box.newest('password-reset', played.owner.email)
    const told = (await box.all()).filter(({ kind, to }) => kind === 'share-opened' && to === played.owner.email)
    expect(told).toHaveLength(1)
  })
})

describe.each(onEngines(testsOn))('agents whose keys a removed member has seen, on $engine', ({ it: base }) => {
  let member: TestUser
  const it = base.extend('calls', ({ world, owner }) => {
    const seen = async (user = owner) => {
      const { body } = await ok(world.call('GET', `${at()}/agent-keys`, { token: user.token }))
      return body.agents.map(({ id }: { id: string }) => id).sort()
    }
    const remove = (how?: string) => ok(world.call('DELETE', `${at()}${how ? `?agent_keys=${how}` : ''}`, { token: owner.token }))
    const signIn = (agent: { id: string; key: string }) =>
      world.call('POST', '/v1/auth/agent-token', { body: { agent_id: agent.id, api_key: agent.key } })
    const rotate = (user: TestUser, agent: { id: string }) =>
      ok(world.call('POST', `/v1/agents/${agent.id}/rotate-key`, { token: user.token }))
    return { seen, remove, signIn, rotate }
  })
  it.beforeEach(async ({ world, owner }) => {
    member = await world.colleague(owner, 'admin')
  })

  const at = () => `/v1/org/members/${member.id}`

  it('are the ones whose key the member created or rotated last', async ({ world, owner, calls: { seen, rotate } }) => {
    const [made, taken, given] = [await world.agent(member), await world.agent(owner), await world.agent(member)]
    await rotate(member, taken)
    await rotate(owner, given)
    expect(await seen()).toEqual([made.id, taken.id].sort())
    expect((await world.call('GET', `${at()}/agent-keys`, { token: (await world.colleague(owner)).token })).status).toBe(403)
  })

  it('keep their keys unless the remover asks for new ones', async ({ world, calls: { remove, signIn } }) => {
    const agent = await world.agent(member)
    expect((await remove()).status).toBe(204)
    expect((await signIn(agent)).status).toBe(200)
  })

  it('get new keys that only the remover sees, and lose every token', async ({ world, owner, calls: { remove, signIn } }) => {
    const [agent, other] = [await world.agent(member), await world.agent(owner)]
    const { status, body } = await remove('rotate')
    expect(status).toBe(200)
    expect(body.agents).toEqual([{ id: agent.id, name: 'agent', api_key: expect.stringMatching(/^ocv_/) }])
    expect((await signIn(agent)).status).toBe(401)
    expect((await world.call('GET', '/v1/agents/me', { token: agent.token })).status).toBe(401)
    expect((await signIn({ id: agent.id, key: body.agents[0].api_key })).status).toBe(200)
    expect((await signIn(other)).status).toBe(200)
    const events = await ok(world.call('GET', `/v1/audit/events?resource_id=${agent.id}`, { token: owner.token }))
    expect(events.body.events.map(({ action }: { action: string }) => action)).toContain('agent.rotate_key')
  })

  it('are switched off', async ({ world, calls: { remove, signIn } }) => {
    const agent = await world.agent(member)
    expect((await remove('deactivate')).status).toBe(204)
    expect((await signIn(agent)).status).toBe(401)
    expect((await world.call('GET', '/v1/agents/me', { token: agent.token })).status).toBe(401)
  })
})
