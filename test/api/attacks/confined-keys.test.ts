import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'
import { ok, type TestUser } from '../../support/world.ts'

const ALL: readonly EndpointSpec[] = endpoints
const forPeople = ALL.filter(({ auth }) => auth === 'user' || auth === 'user-or-agent')
/** Part of every name that the key must not see. */
const CANARY = `canary${randomUUID().slice(0, 8)}`

/** Operations on the organisation: a confined key is refused, whatever its person can see. */
const REFUSED = [
  ...[
    'agents.list',
    'agents.get',
    'agents.spending',
    'audit.events',
    'audit.alias',
    'audit.summary',
    'audit.denials',
    'audit.reads',
    'org.members',
  ],
  ...['billing.usage', 'billing.breakdown', 'billing.history', 'billing.subscription', 'billing.balance', 'billing.ledger'],
]

describe.each(ENGINES)('a key of an owner that is confined to paths, on %s', engine => {
  let scene: Scene
  let boss: TestUser
  let key: string
  /** With a policy for the owner inside the paths, and one outside. */
  let reached: string
  let beside: string
  beforeAll(async () => {
    scene = await setScene(engine)
    const { world, owner } = scene
    boss = await world.colleague(owner, 'admin')
    reached = await world.vault(boss, 'within')
    beside = await world.vault(boss, `${CANARY} vault`)
    await grant(reached, 'team/a')
    await grant(beside, `${CANARY}/**`)
    await world.put(boss, beside, `${CANARY}/x`, 'v')
    await ok(world.call('GET', `/v1/vaults/${beside}/secrets/${CANARY}/x`, { token: owner.token }))
    await world.agent(boss, { name: `${CANARY} agent` })
    const deleted = await world.vault(owner, `${CANARY} deleted`)
    await ok(world.call('DELETE', `/v1/vaults/${deleted}`, { token: owner.token }))
    await ok(world.call('PATCH', '/v1/auth/me', { token: boss.token, body: { display_name: `${CANARY} boss` } }))
    await ok(world.call('POST', '/v1/agents/enroll', { body: { name: `${CANARY} asks`, human_email: owner.email } }))
    await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: `${CANARY} device`, email: owner.email } }))
    const elsewhere = await world.signUp(`${CANARY}@example.com`)
    const membership = { org_id: elsewhere.orgId, user_id: owner.id, role: 'member', created_at: Date.now() }
    await world.server.database.run(({ accounts }) => accounts.addMember(membership))
    const body = { name: 'confined', scopes: ['team/**'] }
    key = (await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body }))).body.api_key
  })
  afterAll(() => scene?.world.close())

  const grant = (vault: string, secret_path_pattern: string) => {
    const policy = { secret_path_pattern, principal_type: 'user', principal_id: scene.owner.id, permissions: ['read'] }
    return ok(scene.world.call('POST', `/v1/vaults/${vault}/policies`, { token: boss.token, body: policy }))
  }
  const get = (url: string, token = key) => scene.world.call('GET', url, { token })

  it.each(forPeople)('learns no name from $id', async endpoint => {
    const sent = await recipeOf(endpoint.id).good(scene)
    const body = sent.body && { body: sent.body }
    const url = urlOf(endpoint, sent)
    const reply = await scene.world.call(endpoint.method, url, { ...body, headers: sent.headers ?? {}, token: key })
    expect(JSON.stringify(reply.body)).not.toContain(CANARY)
    if (REFUSED.includes(endpoint.id)) {
      expect([reply.status, reply.body.detail]).toEqual([403, 'A credential confined to paths or vaults cannot do this.'])
    }
  })

  it('could learn all names if it were not confined', async () => {
    const { token } = scene.owner
    for (const url of [
      '/v1/vaults',
      '/v1/agents',
      '/v1/audit/events?limit=1000',
      '/v1/deleted-vaults',
      '/v1/inbox',
      '/v1/orgs',
      '/v1/org/members',
    ]) {
      expect([url, JSON.stringify((await get(url, token)).body).includes(CANARY)]).toEqual([url, true])
    }
  })

  it('sees the vaults in which it could reach something, and no others', async () => {
    const own = await scene.world.vault(scene.owner)
    const { vaults } = (await ok(get('/v1/vaults'))).body
    const ids = vaults.map(({ id }: { id: string }) => id)
    expect(ids).toEqual(expect.arrayContaining([reached, own]))
    expect(ids).not.toContain(beside)
    expect([(await get(`/v1/vaults/${reached}`)).status, (await get(`/v1/vaults/${beside}`)).status]).toEqual([200, 403])
  })

  it('sees, like an agent, no vault by a policy outside its scopes', async () => {
    const { world } = scene
    const agent = await world.agent(boss, { scopes: ['team/**'] })
    await world.policy(boss, beside, agent, `${CANARY}/**`, ['read'])
    await world.policy(boss, reached, agent, 'team/**', ['read'])
    const { vaults } = (await ok(get('/v1/vaults', agent.token))).body
    expect(vaults.map(({ id }: { id: string }) => id)).toEqual([reached])
    expect((await get(`/v1/vaults/${beside}`, agent.token)).status).toBe(403)
  })

  it('learns no more than an agent, whose search in its own events reveals no names', async () => {
    const { world } = scene
    const agent = await world.agent(boss)
    await world.agent(boss, { name: 'deployer' })
    for (const word of ['nobodyhere', 'deployer']) {
      await world.call('GET', `/v1/vaults/${reached}/secrets/${word}`, { token: agent.token })
      const found = async () => (await ok(get(`/v1/audit/events?q=${word}`, agent.token))).body.events.length
      await expect.poll(found).toBe(1)
    }
  })
})
