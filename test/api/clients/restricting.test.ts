import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { type Sent, urlOf } from '../../support/battery/recipe.ts'
import { recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { ENGINES } from '../../support/databases.ts'
import { ok } from '../../support/world.ts'

const granting = (endpoints as readonly EndpointSpec[]).filter(({ grants }) => grants !== undefined)

/** Fields with which published clients restrict something, by kind of object; each with a value that restricts and one that does not. */
const RESTRICTING = {
  policy: [
    ['effect', 'deny', 'allow'],
    ['tx_conditions', { max_value: '1' }, {}],
    ['attribute_conditions', [{ key: 'team', value: 'a' }], []],
    ['consensus_trigger', { approvers: 2 }, null],
    ['valid_until', '2030-01-01T00:00:00Z', null],
  ],
  agent: [
    ['tx_max_per_day', 3, null],
    ['tx_token_allowlist', ['0x00000000219ab540356cBB839Cbe05303d7705Fa'], []],
    ['tx_known_tokens_only', true, false],
    ['per_chain_guardrails', { base: { tx_max_value: '1' } }, {}],
    ['tx_overhead_budget', '0.1', null],
    ['execution_environment', 'tee', ''],
    ['signing_require_tee', true, false],
    ['api_key_expires_at', '2030-01-01T00:00:00Z', null],
    ['card_spend_limit', 100, null],
    ['tx_of_next_year', 'x', null],
  ],
  'ip-rule': [['expires_at', '2030-01-01T00:00:00Z', null]],
  share: [
    ['max_views', 1, null],
    ['one_time', true, false],
    ['password', 'x', null],
  ],
  'api-key': [
    ['ip_allowlist', ['10.0.0.0/8'], []],
    ['permissions', ['read'], []],
  ],
  secret: [['allowed_agents', ['a'], []]],
  member: [
    ['allowed_vaults', ['a'], []],
    ['vault_ids', ['a'], []],
  ],
  token: [['scope', 'read', '']],
  signature: [['dry_run', true, false]],
  sending: [
    ['dry_run', true, false],
    ['broadcast', false, true],
  ],
} as const

const cases = granting.flatMap(endpoint =>
  RESTRICTING[endpoint.grants ?? 'policy'].map(([field, restricts, harmless]) => ({
    id: endpoint.id,
    endpoint,
    field,
    restricts,
    harmless,
  })),
)

describe.each(ENGINES)('fields that would restrict, on %s', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
  })
  afterAll(() => scene?.world.close())

  const send = async ({ method, ...endpoint }: EndpointSpec, more: object) => {
    const sent: Sent = await recipeOf(endpoint.id).good(scene)
    return scene.world.call(method, urlOf({ method, ...endpoint }, sent), {
      token: sent.token ?? scene.owner.token,
      body: { ...sent.body, ...more },
    })
  }

  it.each(cases)('are refused where they are not enforced: $field of $id', async ({ endpoint, field, restricts, harmless }) => {
    const refused = await send(endpoint, { [field]: restricts })
    expect({ status: refused.status, fields: Object.keys(refused.body.fields ?? {}) }).toEqual({ status: 400, fields: [field] })
    expect((await send(endpoint, { [field]: harmless })).status).toBe(endpoint.status)
  })

  it('include the limits of transactions by both names, answered by the old one', async () => {
    const { world, owner } = scene
    const register = (more: object) =>
      world.call('POST', '/v1/agents', { token: owner.token, body: { name: 'limited', intents_api_enabled: true, ...more } })
    const { agent } = (await ok(register({ tx_max_value: '0.5', tx_daily_limit: '1.5' }))).body
    expect(agent).toMatchObject({ tx_max_value_eth: '0.5', tx_daily_limit_eth: '1.5' })
    expect(Object.keys(agent)).not.toContain('tx_max_value')
    const patch = (body: object) => world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body })
    expect((await patch({ tx_daily_limit: '2' })).body.tx_daily_limit_eth).toBe('2')
    expect((await patch({ tx_daily_limit: '3', tx_daily_limit_eth: '3' })).body.tx_daily_limit_eth).toBe('3')
    const torn = await patch({ tx_daily_limit: '4', tx_daily_limit_eth: '5' })
    expect([torn.status, Object.keys(torn.body.fields)]).toEqual([400, ['tx_daily_limit']])
    expect((await patch({ tx_max_value: null })).body.tx_max_value_eth).toBeUndefined()
    expect((await patch({ auth_method: 'mtls' })).body.fields).toHaveProperty('auth_method')
    expect((await patch({ auth_method: 'api_key' })).status).toBe(200)
  })

  it('include changes of the subject of a policy, which are refused instead of ignored', async () => {
    const { world, owner, agent } = scene
    const vaultId = await world.vault(owner)
    const id = await world.policy(owner, vaultId, agent, '**', ['read'])
    const put = (body: object) => world.call('PUT', `/v1/vaults/${vaultId}/policies/${id}`, { token: owner.token, body })
    for (const [field, value] of [
      ['secret_path_pattern', 'dev/**'],
      ['principal_type', 'user'],
      ['principal_id', owner.id],
    ] as const) {
      const reply = await put({ permissions: ['read'], [field]: value })
      expect([reply.status, Object.keys(reply.body.fields ?? {})]).toEqual([400, [field]])
    }
    const same = { secret_path_pattern: '**', principal_type: 'agent', principal_id: agent.id.toUpperCase() }
    expect((await put({ ...same, permissions: ['read', 'write'] })).body.permissions).toEqual(['read', 'write'])
  })
})

/** Names that other clients could use for a field, some of which restrict something. */
const word = fc.constantFrom(
  ...'max limit allowed deny only ip chain path time token value note tag tx effect scope color owner until mode require tee'.split(
    ' ',
  ),
)
const name = fc.array(word, { minLength: 1, maxLength: 3 }).map(words => words.join('_'))
const value = fc.oneof(fc.constant(null), fc.boolean(), fc.integer(), fc.string(), fc.array(fc.string(), { maxLength: 2 }))
const extras = fc.dictionary(name, value, { minKeys: 1, maxKeys: 4 })

describe('the permissions of an agent', () => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene('sqlite')
    for (const path of ['prod/a', 'dev/a']) await scene.world.put(scene.owner, scene.vaultId, path, 'v')
  })
  afterAll(() => scene?.world.close())

  const powersOf = async (agent: { id: string; key: string }) => {
    const { world, vaultId, owner } = scene
    const reads = ['prod/a', 'dev/a'].map(path =>
      world.call('GET', `/v1/vaults/${vaultId}/secrets/${path}`, { token: agent.key }),
    )
    const write = world.call('PUT', `/v1/vaults/${vaultId}/secrets/dev/b`, { token: agent.key, body: { value: 'v' } })
    const self = world.call('GET', `/v1/agents/${agent.id}`, { token: owner.token })
    const { id, created_at, last_active_at, ssh_public_key, ecdh_public_key, ...bounds } = (await self).body
    return { statuses: (await Promise.all([...reads, write])).map(({ status }) => status), bounds }
  }

  const made = async (onAgent: object, onPolicy: object) => {
    const { world, vaultId, owner } = scene
    const bounded = { name: 'bounded', scopes: ['dev/**'], intents_api_enabled: true, tx_max_value_eth: '1', ...onAgent }
    const agent = await world.call('POST', '/v1/agents', { token: owner.token, body: bounded })
    if (agent.status !== 201) return agent.status
    const { id } = agent.body.agent
    const grant = { secret_path_pattern: '**', principal_type: 'agent', principal_id: id, permissions: ['read'], ...onPolicy }
    const policy = await world.call('POST', `/v1/vaults/${vaultId}/policies`, { token: owner.token, body: grant })
    const powers = await powersOf({ id, key: agent.body.api_key })
    return policy.status === 201 ? powers : policy.status
  }

  it('do not grow by an unknown field: the request is refused, or grants the same as without it', async () => {
    const expected = await made({}, {})
    expect(expected).toMatchObject({ statuses: [403, 200, 403] })
    await fc.assert(
      fc.asyncProperty(unknown, unknown, async (onAgent, onPolicy) => {
        expect([400, expected]).toContainEqual(await made(onAgent, onPolicy))
      }),
      { numRuns: 40 },
    )
  })

  it.each([
    ['an API key', byKey],
    ['a share', byShare],
    ['a rule about addresses', byRule],
    ['a change of an agent', byUpdate],
  ] as const)('do not grow by such a field of %s either', async (_, powersWith) => {
    const expected = await powersWith(scene, {})
    expect(expected).not.toBe(400)
    await fc.assert(
      fc.asyncProperty(unknown, async more => {
        expect([400, expected]).toContainEqual(await powersWith(scene, more))
      }),
      { numRuns: 25 },
    )
  })
})

/** Fields that are unknown to every operation that grants something. */
const unknown = extras.filter(fields =>
  Object.keys(fields).every(field => granting.every(({ body }) => !Object.hasOwn(body?.shape ?? {}, field))),
)

/** The effect of a request with more fields, measured by the allowed operations; 400 if it was refused. */
type Powers = (scene: Scene, more: object) => Promise<unknown>

/** A key that is confined to a path can read there and nowhere else, and manages nothing. */
async function byKey({ world, owner, vaultId }: Scene, more: object): ReturnType<Powers> {
  const made = await world.call('POST', '/v1/auth/api-keys', {
    token: owner.token,
    body: { name: 'k', scopes: ['dev/**'], ...more },
  })
  if (made.status !== 201) return made.status
  const { api_key: token, key } = made.body
  const asked = await Promise.all([
    world.call('GET', `/v1/vaults/${vaultId}/secrets/dev/a`, { token }),
    world.call('GET', `/v1/vaults/${vaultId}/secrets/prod/a`, { token }),
    world.call('POST', '/v1/vaults', { token, body: { name: 'more' } }),
    world.call('DELETE', `/v1/auth/api-keys/${key.id}`, { token: owner.token }),
  ])
  return [asked.map(({ status }) => status), key.scopes, key.expires_at]
}

/** A share for one opening with a passphrase opens once, for a caller who knows it. */
async function byShare({ world, owner, vaultId }: Scene, more: object): ReturnType<Powers> {
  const { id } = (await world.put(owner, vaultId, 'dev/shared', 'v')).body
  const bounds = {
    recipient_type: 'anyone_with_link',
    expires_at: '2999-01-01T00:00:00Z',
    max_access_count: 1,
    passphrase: 'p4ss',
  }
  const made = await world.call('POST', `/v1/secrets/${id}/share`, { token: owner.token, body: { ...bounds, ...more } })
  if (made.status !== 201) return made.status
  const open = (headers: Record<string, string>) => world.call('GET', `/v1/share/${made.body.id}`, { headers })
  const asked = [await open({}), await open({ 'x-share-passphrase': 'p4ss' }), await open({ 'x-share-passphrase': 'p4ss' })]
  return [asked.map(({ status }) => status), made.body.max_access_count, made.body.expires_at]
}

/** A rule that denies one network denies only that one. */
async function byRule({ world, owner, agent }: Scene, more: object): ReturnType<Powers> {
  const rule = { rule_type: 'deny', cidr: '203.0.113.0/24', applies_to: 'agents', ...more }
  const made = await world.call('POST', '/v1/security/ip-rules', { token: owner.token, body: rule })
  if (made.status !== 201) return made.status
  const from = async (ip: string) => (await world.call('GET', '/v1/agents/me', { token: agent.key, ip })).status
  const asked = [await from('203.0.113.9'), await from('198.51.100.9')]
  await world.call('DELETE', `/v1/security/ip-rules/${made.body.id}`, { token: owner.token })
  return [asked, made.body.applies_to, made.body.rule_type]
}

async function byUpdate({ world, owner, agent }: Scene, more: object): ReturnType<Powers> {
  const body = { scopes: ['dev/**'], tx_max_value_eth: '1', ...more }
  const made = await world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body })
  if (made.status !== 200) return made.status
  const { last_active_at, ...bounds } = made.body
  return bounds
}
