import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { readConfig } from '../../../server/config/config.ts'
import type { UserSession } from '../../../server/credentials/sessions.ts'
import { DENIAL_RULES, type DenialRule } from '../../../src/problem.ts'
import { invited } from '../../support/battery/people.ts'
import { enforce } from '../../support/billing.ts'
import { onEngines, testsOn } from '../../support/fixtures.ts'
import { ROOT } from '../../support/house/files.ts'
import { allEvents, eventsFromNow } from '../../support/rows.ts'
import { makeWorld, ok, PASSWORD, type Reply, type TestAgent, type TestUser, type World } from '../../support/world.ts'

interface Scene {
  readonly world: World
  readonly owner: TestUser
  readonly admin: TestUser
  readonly member: TestUser
  readonly other: TestUser
  /** Can read and write `its/**`, and copy its secrets. */
  readonly agent: TestAgent
  /** Signs with keys. */
  readonly signer: TestAgent
  readonly vaultId: string
}

const MESSAGE = { intent_type: 'personal_sign', chain: 'ethereum', message: 'hello' }
const EXPIRES = '2999-01-01T00:00:00Z'

const post = ({ world }: Scene, url: string, token: string | undefined, body: object = {}) =>
  world.call('POST', url, { token, body })

const read = ({ world, vaultId }: Scene, token: string, path: string) =>
  world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token })

/** A policy of a new agent for `p`, and the reply that the agent gets there. */
async function underPolicy(scene: Scene, permissions: string[], more: object = {}): Promise<Reply> {
  const { world, owner, vaultId } = scene
  const agent = await world.agent(owner)
  await world.policy(owner, vaultId, agent, 'p', permissions, more)
  return read(scene, agent.token, 'p')
}

async function share(scene: Scene, more: object): Promise<string> {
  const { id } = (await scene.world.put(scene.owner, scene.vaultId, 'shared', 'v')).body
  const body = { recipient_type: 'anyone_with_link', expires_at: EXPIRES, ...more }
  return (await ok(post(scene, `/v1/secrets/${id}/share`, scene.owner.token, body))).body.id
}

async function keyOf(scene: Scene, more: object = {}): Promise<string> {
  return (await ok(post(scene, '/v1/auth/api-keys', scene.owner.token, { name: 'key', ...more }))).body.api_key
}

/** A token of the same principal from another sign-in. */
async function tokenOf({ world }: Scene, { id: userId, orgId }: TestUser, how: Partial<UserSession>): Promise<string> {
  const member = await world.server.database.read(({ accounts }) => accounts.member(userId, orgId))
  const session = { userId, orgId, generation: member?.token_generation ?? 0, ...how }
  return (await world.server.services.sessions.forUser(session)).access_token
}

async function request(scene: Scene, by: { token: string }): Promise<string> {
  const body = { secret_path_pattern: 'wanted/x', reason: 'a test', duration_seconds: 60 }
  return (await ok(post(scene, `/v1/vaults/${scene.vaultId}/access-requests`, by.token, body))).body.id
}

/** A person who manages the policies of `reach/**` only. */
async function manager(scene: Scene): Promise<TestUser> {
  const person = await scene.world.colleague(scene.owner)
  const body = { secret_path_pattern: 'reach/**', principal_type: 'user', principal_id: person.id, permissions: ['admin'] }
  await ok(post(scene, `/v1/vaults/${scene.vaultId}/policies`, scene.owner.token, body))
  return person
}

const granting = (scene: Scene, pattern: string) => ({
  secret_path_pattern: pattern,
  principal_type: 'agent',
  principal_id: scene.agent.id,
  permissions: ['read'],
})

/** One attempt for each kind of denial. */
const ATTEMPTS: { readonly [R in DenialRule]?: (scene: Scene) => Promise<Reply> } = {
  'no-policy': scene => read(scene, scene.agent.token, 'not/its'),
  'policy-conditions': scene => underPolicy(scene, ['read'], { conditions: { ip_allowlist: ['203.0.113.0/24'] } }),
  'policy-permission': scene => underPolicy(scene, ['write']),
  async 'policy-expired'(scene) {
    const { world, owner, vaultId } = scene
    const agent = await world.agent(owner)
    await world.ended(expires_at => world.policy(owner, vaultId, agent, 'p', ['read'], { expires_at }))
    return read(scene, agent.token, 'p')
  },
  async 'vault-ceiling'(scene) {
    const elsewhere = await scene.world.vault(scene.owner)
    return read(scene, (await scene.world.agent(scene.owner, { vault_ids: [elsewhere] })).token, 'its/own')
  },
  'scope-ceiling': async scene => read(scene, (await scene.world.agent(scene.owner, { scopes: ['x'] })).token, 'its/own'),
  'people-only': scene => post(scene, '/v1/agents', scene.agent.token, { name: 'more' }),
  'agents-only': ({ world, owner, signer }) =>
    world.call('POST', `/v1/agents/${signer.id}/sign`, { token: owner.token, body: MESSAGE }),
  'agent-itself': scene => post(scene, `/v1/agents/${scene.signer.id}/sign`, scene.agent.token, MESSAGE),
  'intents-disabled': scene => post(scene, `/v1/agents/${scene.agent.id}/sign`, scene.agent.token, MESSAGE),
  'confined-credential': async scene => post(scene, '/v1/vaults', await keyOf(scene, { scopes: ['a/**'] }), { name: 'v' }),
  'signed-in-person': async scene => post(scene, '/v1/auth/api-keys', await keyOf(scene), { name: 'another' }),
  async 'recent-sign-in'(scene) {
    const token = await tokenOf(scene, scene.owner, { signedInAt: scene.world.now() - 3_600_000 })
    return post(scene, '/v1/auth/api-keys', token, { name: 'late' })
  },
  async 'browser-sign-in'(scene) {
    const token = await tokenOf(scene, scene.owner, { via: 'device' })
    const { user_code } = (await ok(post(scene, '/v1/auth/device/code', undefined, { client_id: 'test' }))).body
    return post(scene, '/v1/auth/device/approve', token, { user_code })
  },
  'terminal-login': scene => post(scene, '/v1/auth/device/renew', scene.owner.token),
  async 'longest-login'(scene) {
    const signedInAt = scene.world.now() - 8 * 86_400_000
    return post(scene, '/v1/auth/device/renew', await tokenOf(scene, scene.owner, { via: 'device', signedInAt }))
  },
  async 'other-account'(scene) {
    const code = await ok(post(scene, '/v1/auth/device/code', undefined, { client_id: 'test', email: scene.admin.email }))
    return post(scene, '/v1/auth/device/approve', scene.owner.token, { user_code: code.body.user_code })
  },
  'owner-or-admin': scene => post(scene, '/v1/org/invite', scene.member.token, { email: 'new@example.com' }),
  'owner-only': scene => post(scene, '/v1/org/invite', scene.admin.token, { email: 'new@example.com', role: 'owner' }),
  'last-owner': ({ world, owner }) =>
    world.call('PATCH', `/v1/org/members/${owner.id}`, { token: owner.token, body: { role: 'member' } }),
  'owner-admin-or-creator': ({ world, member, vaultId }) =>
    world.call('DELETE', `/v1/vaults/${vaultId}`, { token: member.token }),
  async 'platform-admin'(scene) {
    const { token } = await scene.world.signUp()
    return post(scene, '/v1/admin/usage/reset', token)
  },
  async 'set-by-admin'(scene) {
    const { world, owner, member } = scene
    const url = `/v1/agents/${(await world.agent(member)).id}`
    await ok(world.call('PATCH', url, { token: owner.token, body: { scopes: ['a/**'] } }))
    return world.call('PATCH', url, { token: member.token, body: { scopes: null } })
  },
  'policy-manager': ({ world, member, vaultId }) => world.call('GET', `/v1/vaults/${vaultId}/policies`, { token: member.token }),
  'policy-reach': async scene =>
    post(scene, `/v1/vaults/${scene.vaultId}/policies`, (await manager(scene)).token, granting(scene, 'beyond/**')),
  async 'own-request'(scene) {
    const asked = await request(scene, scene.admin)
    return post(scene, `/v1/access-requests/${asked}/approve`, scene.admin.token)
  },
  async 'requester-only'(scene) {
    const asked = await request(scene, scene.other)
    return scene.world.call('DELETE', `/v1/access-requests/${asked}`, { token: scene.owner.token })
  },
  async 'requester-or-granter'(scene) {
    const asked = await request(scene, await scene.world.agent(scene.owner))
    return post(scene, `/v1/access-requests/${asked}/decline`, scene.member.token)
  },
  async 'ip-rule'(scene) {
    const ip = '198.51.100.77'
    const rule = { rule_type: 'deny', cidr: ip, applies_to: 'agents' }
    await ok(post(scene, '/v1/security/ip-rules', scene.owner.token, rule))
    return scene.world.call('GET', `/v1/vaults/${scene.vaultId}/secrets/its/own`, { token: scene.agent.token, ip })
  },
  async 'signing-keys-hidden'(scene) {
    await scene.world.put(scene.owner, scene.vaultId, 'keys/eth', `0x${'11'.repeat(32)}`, { type: 'private_key' })
    return read(scene, scene.signer.token, 'keys/eth')
  },
  async 'read-limit'(scene) {
    await scene.world.put(scene.owner, scene.vaultId, 'its/limited', 'v', { max_access_count: 3 })
    return post(scene, `/v1/vaults/${scene.vaultId}/secret-copy/its/limited`, scene.agent.token, { to: 'its/copy' })
  },
  async 'only-stricter'({ world, owner, agent, vaultId }) {
    await world.put(owner, vaultId, 'its/bounded', 'v', { max_access_count: 3 })
    const body = { max_access_count: 9 }
    return world.call('PATCH', `/v1/vaults/${vaultId}/secrets/its/bounded`, { token: agent.token, body })
  },
  async 'share-not-accepted'(scene) {
    const id = await share(scene, { recipient_type: 'user', recipient_id: scene.member.id })
    return scene.world.call('GET', `/v1/share/${id}`, { token: scene.member.token })
  },
  async 'share-address'(scene) {
    const id = await share(scene, { ip_allowlist: ['192.0.2.0/24'] })
    return scene.world.call('GET', `/v1/share/${id}`, { ip: '198.51.100.1' })
  },
  async 'share-passphrase'(scene) {
    const id = await share(scene, { passphrase: 'open sesame 1' })
    return scene.world.call('GET', `/v1/share/${id}`, { headers: { 'x-share-passphrase': 'open barley 1' } })
  },
  'console-pages-only': ({ world }) => world.call('DELETE', '/v1/auth/console-session'),
  async 'invited-address'(scene) {
    const { token } = scene.owner
    const id = await invited(scene, scene.owner, 'somebody@example.com')
    const { url } = (await ok(post(scene, `/v1/org/invite/${id}/link`, token))).body
    return post(
      scene,
      `/v1/org/invitations/${new URL(url).pathname.split('/').at(-1)}/accept`,
      (await scene.world.signUp()).token,
    )
  },
  async 'server-vault'(scene) {
    const { token } = scene.owner
    const { vault_id } = (await ok(scene.world.call('GET', '/v1/org/agent-keys-vault', { token }))).body
    return scene.world.call('DELETE', `/v1/vaults/${vault_id}`, { token })
  },
  async 'key-never-leaves'(scene) {
    const { token } = scene.owner
    await ok(post(scene, `/v1/vaults/${scene.vaultId}/signing-keys/keys/made`, token))
    return read(scene, token, 'keys/made')
  },
  async ceiling(scene) {
    for (let address = 80; address < 90; address++) {
      const rule = { rule_type: 'deny', cidr: `198.51.100.${address}`, applies_to: 'agents' }
      const reply = await post(scene, '/v1/security/ip-rules', scene.owner.token, rule)
      if (reply.status !== 201) return reply
    }
    throw new Error('There is no ceiling.')
  },
  async 'plan-limit'(scene) {
    await enforce(scene.world, scene.owner)
    const { token } = await scene.world.signUp()
    for (const name of ['one', 'two']) await ok(post(scene, '/v1/agents', token, { name }))
    return post(scene, '/v1/agents', token, { name: 'three' })
  },
}

/** Rules that need a special server or history, and the test file that makes them happen. */
const ELSEWHERE: { readonly [R in DenialRule]?: string } = {
  'policy-depth': 'test/api/audit/rare-denials.test.ts',
  'policy-ended': 'test/api/audit/rare-denials.test.ts',
  'proven-address': 'test/api/people/invitation-links.test.ts',
  'sign-up-closed': 'test/api/audit/denials.test.ts',
  'outstanding-signatures': 'test/api/intents/outstanding.test.ts',
  unencrypted: 'test/unit/server/modules/sealing/sealing.test.ts',
}

const ceilings = { ...readConfig({}, {}).ceilings, ipRules: 2 }

const engines = onEngines(engine =>
  testsOn(engine, { ceilings }).extend('scene', { scope: 'file' }, async ({ world, owner, vaultId }): Promise<Scene> => {
    const agent = await world.agent(owner)
    await world.policy(owner, vaultId, agent, 'its/**', ['read', 'write'])
    const signer = await world.agent(owner, { intents_api_enabled: true })
    await world.policy(owner, vaultId, signer, 'keys/**', ['read'])
    const [admin, member, other] = [
      await world.colleague(owner, 'admin'),
      await world.colleague(owner),
      await world.colleague(owner),
    ]
    return { world, owner, admin, member, other, agent, signer, vaultId }
  }),
)

describe.each(engines)('an attempt that was denied, on $engine', ({ it }) => {
  it.for(Object.entries(ATTEMPTS))('names its rule in the log: %s', async ([rule, attempt], { scene }) => {
    const { world } = scene
    const { services } = world.server
    services.flushFailures()
    await services.log.drain()
    const added = await eventsFromNow(world)
    const reply = await attempt(scene)
    expect({ status: reply.status, body: reply.status === 403 ? undefined : reply.body }).toEqual({ status: 403 })
    await services.log.drain()
    const denied = (await added()).filter(({ details }) => details['outcome'] === 'denied')
    expect(denied.map(({ details }) => details['rule'])).toEqual([rule])
  })

  it('names its rule also when sign-up is closed', async ({ engine }) => {
    const world = await makeWorld(engine, { signup: 'invite' })
    await world.signUp()
    expect((await world.call('POST', '/v1/auth/signup', { body: { email: 'b@example.com', password: PASSWORD } })).status).toBe(
      403,
    )
    await world.server.services.log.drain()
    const rules = (await allEvents(world))
      .filter(({ details }) => details['outcome'] === 'denied')
      .map(({ details }) => details['rule'])
    expect(rules).toEqual(['sign-up-closed'])
    await world.close()
  })
})

it('every rule of the server is tested here, or in the file that is named for it', () => {
  expect([...Object.keys(ATTEMPTS), ...Object.keys(ELSEWHERE)].toSorted()).toEqual([...DENIAL_RULES].toSorted())
  for (const [rule, file] of Object.entries(ELSEWHERE))
    expect(readFileSync(join(ROOT, file), 'utf8'), rule).toMatch(
      new RegExp(`(?:toEqual\\(\\[|toContain\\(|why: \\{ rule: )'${rule}'`),
    )
})
