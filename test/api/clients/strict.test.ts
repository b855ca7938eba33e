import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { endpoints } from '../../../src/contract/all.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { urlOf } from '../../support/battery/recipe.ts'
import { RECIPES, recipeOf } from '../../support/battery/recipes.ts'
import { type Scene, setScene } from '../../support/battery/scene.ts'
import { contractOperations } from '../../support/contract.ts'
import { ENGINES } from '../../support/databases.ts'
import { decodingFaults } from '../../support/strict-decoder.ts'
import { ok } from '../../support/world.ts'

const WORDS = ['from', 'nonce', 'gas_limit', 'gas_price', 'summary', 'explorer_url', 'chain_status'] as const
const SIMULATED = ['method', 'chain', 'chain_id', 'from', 'summary', 'guardrails', 'token_decimals'] as const
const CHAINED = ['seq', 'prev_event_id', 'integrity_hash', 'vault_id', 'next_cursor'] as const

/**
 * Fields of a reply that are not in the published contract, because the product promises them in another place; never in an entry of a
 * list.
 */
const BEYOND: Readonly<Record<string, readonly string[]>> = {
  'auth.signup': ['expires_in'],
  // Only for agents that can sign messages.
  'agents.list': ['message_signing_enabled'],
  'agents.get': ['message_signing_enabled'],
  'account.me': ['org_id'],
  'account.update': ['org_id'],
  'device.code': ['verification_uri_complete'],
  'device.status': ['status', 'client_id', 'requested_from', 'requested_at'],
  'device.approve': ['status'],
  'device.deny': ['status'],
  // Every signature and simulation has a summary in words.
  'intents.submit': WORDS,
  'intents.get': WORDS,
  'intents.sign': [...WORDS, 'id', 'agent_id', 'created_at', 'signed_at'],
  'intents.simulate': SIMULATED,
  'intents.simulate-bundle': SIMULATED,
  // The proofs that the trail is complete.
  'audit.events': CHAINED,
  'audit.alias': CHAINED,
  'health.hsm': ['provider', 'connected'],
  'health.ready': ['status', 'checks'],
  'health.live': ['status'],
  'billing.history': ['next_cursor'],
  'admin.set-tier': ['org_id', 'tier', 'expires_at'],
}

const ALL: readonly EndpointSpec[] = endpoints
const core = contractOperations().flatMap(({ method, path, success }) => {
  const endpoint = ALL.find(each => each.method === method && each.path === path)
  return endpoint && !RECIPES[endpoint.id]?.never ? [{ id: endpoint.id, endpoint, success }] : []
})
// Writes come first, so that the lists are not empty.
const inOrder = core.toSorted((a, b) => Number(a.endpoint.method === 'GET') - Number(b.endpoint.method === 'GET'))

describe.each(ENGINES)('a client that knows exactly the fields of the contract, on %s', engine => {
  let scene: Scene
  beforeAll(async () => {
    scene = await setScene(engine)
  })
  afterAll(() => scene?.world.close())

  const call = async (endpoint: EndpointSpec, query?: string) => {
    const sent = await recipeOf(endpoint.id).good(scene)
    const token = sent.token ?? (endpoint.auth === 'agent' ? scene.agent.token : scene.owner.token)
    return scene.world.call(endpoint.method, urlOf(endpoint, query === undefined ? sent : { ...sent, query }), {
      token: ['public', 'optional'].includes(endpoint.auth) ? undefined : token,
      ...(sent.body && { body: sent.body }),
      ...(sent.headers && { headers: sent.headers }),
    })
  }

  it.each(inOrder)('can read the answer of $id', async ({ id, endpoint, success }) => {
    const reply = await call(endpoint)
    const type = success[String(reply.status)]
    expect(Object.keys(success)).toContain(String(reply.status))
    const hasBody = endpoint.reply && reply.status !== 204
    if (hasBody && typeof type === 'object') expect(decodingFaults(reply.body, type, BEYOND[id] ?? [])).toEqual([])
  })

  it('lists only the fields that are set, and more on request', async () => {
    const { world, owner, vaultId, agent } = scene
    await world.put(owner, vaultId, 'kept/most', 'v', {
      metadata: { a: 1 },
      max_access_count: 3,
      rotation_policy: { days: 1 },
      expires_at: '2999-01-01T00:00:00Z',
    })
    const list = async (query: string) =>
      (await ok(world.call('GET', `/v1/vaults/${vaultId}/secrets?prefix=kept/${query}`, { token: owner.token }))).body.secrets[0]
    const plain = ['id', 'path', 'type', 'version', 'metadata', 'created_at', 'expires_at']
    expect(Object.keys(await list('')).sort()).toEqual(plain.sort())
    expect(await list('&include=usage')).toMatchObject({ max_access_count: 3, access_count: 0, rotation_policy: { days: 1 } })
    const shown = async (query: string) =>
      (await world.call('GET', `/v1/agents/${agent.id}${query}`, { token: owner.token })).body
    expect(await shown('')).not.toHaveProperty('created_by')
    expect(await shown('?include=parties')).toHaveProperty('created_by', owner.id)
    const { agents } = (await world.call('GET', '/v1/agents?include=parties', { token: owner.token })).body
    expect(agents.find(({ id }: { id: string }) => id === agent.id)).toHaveProperty('created_by', owner.id)
    const patch = (body: object) => world.call('PATCH', `/v1/agents/${agent.id}`, { token: owner.token, body })
    expect((await patch({ intents_api_enabled: true })).body).not.toHaveProperty('tx_spent_today_eth')
    expect((await patch({ tx_daily_limit: '1' })).body).toMatchObject({ tx_spent_today_eth: '0', scopes: [], description: '' })
    await patch({ intents_api_enabled: false, tx_daily_limit: null })
  })

  it('gets every value that its types promise, including empty ones', async () => {
    const { world, owner, vaultId, agent } = scene
    const policy = await world.policy(owner, vaultId, agent, 'a/**', ['read'])
    const { policies } = (await ok(world.call('GET', `/v1/vaults/${vaultId}/policies`, { token: owner.token }))).body
    expect(policies.find(({ id }: { id: string }) => id === policy)).toMatchObject({ conditions: {} })
    expect((await world.put(owner, vaultId, 'empty/one', 'v')).body).toMatchObject({ metadata: {} })
    expect((await world.call('GET', `/v1/vaults/${vaultId}`, { token: owner.token })).body).toMatchObject({ description: '' })
    for (const { created_at, updated_at } of (await world.call('GET', '/v1/chains')).body.chains)
      expect(Date.parse(updated_at)).toBeGreaterThanOrEqual(Date.parse(created_at))
  })
})
