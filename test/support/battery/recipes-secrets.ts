import { randomUUID } from 'node:crypto'
import { ok } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

/** Vaults, secrets, policies, agents, audit. */
export const secretsRecipes: Recipes = {
  'vaults.create': { good: () => ({ body: { name: `battery ${randomUUID()}`, description: 'made by a test' } }), anyone: true },
  'vaults.list': { good: () => ({}), anyone: true },
  'vaults.get': { good: inVault },
  'vaults.stats': { good: inVault },
  'vaults.update': {
    good: async ({ world, owner }) => ({
      params: { vault_id: await world.vault(owner) },
      body: { name: `renamed ${randomUUID()}`, description: 'new' },
    }),
  },
  'vaults.delete': { good: async ({ world, owner }) => ({ params: { vault_id: await world.vault(owner) } }) },
  'secrets.list': { good: scene => ({ ...inVault(scene), query: '?prefix=battery/' }) },
  'secrets.list-all': { good: () => ({}), anyone: true },
  'secrets.put-many': {
    good: scene => ({
      ...inVault(scene),
      body: { secrets: [somePath(), somePath()].map(path => ({ path, value: 'v', type: 'note' })) },
    }),
    events: 2,
  },
  'secrets.put': {
    good: scene => ({
      params: { vault_id: scene.vaultId, path: somePath() },
      body: {
        value: 'v',
        type: 'note',
        metadata: { a: 1 },
        expires_at: '2999-01-01T00:00:00+02:00',
        rotation_policy: {},
        max_access_count: 3,
      },
    }),
  },
  'secrets.get': { good: written },
  'secrets.read-many': {
    good: async scene => ({
      ...inVault(scene),
      body: { paths: [(await written(scene)).params.path, (await written(scene)).params.path] },
    }),
    events: 2,
  },
  'secrets.delete': { good: written },
  'secrets.update': {
    good: async scene => ({ ...(await written(scene)), body: { metadata: { b: 2 }, expires_at: null, max_access_count: 4 } }),
  },
  'secrets.copy': { good: async scene => ({ ...(await written(scene)), body: { to: somePath(), to_vault_id: scene.vaultId } }) },
  'secrets.move': { good: async scene => ({ ...(await written(scene)), body: { to: somePath() } }) },
  'secrets.deleted': { good: inVault },
  'secrets.deleted-all': { good: () => ({}), anyone: true },
  'secrets.restore': { good: deleted },
  'secrets.rollback': { good: async scene => ({ params: { ...(await written(scene)).params, version: '1' } }) },
  'secrets.prune': { good: async scene => ({ ...(await written(scene)), body: { keep: 1 } }) },
  'vaults.deleted': { good: () => ({}), anyone: true },
  'vaults.restore': { good: async scene => ({ ...(await deletedVault(scene)), body: { name: `back ${randomUUID()}` } }) },
  'vaults.purge': { good: deletedVault },
  'secrets.versions': { good: written },
  'secrets.version': { good: written },
  'secrets.disable': { good: written },
  'secrets.rotate': {
    good: async scene => ({ ...(await written(scene)), body: { length: 16, charset: 'hex', type: 'password' } }),
  },
  'policies.create': {
    good: async scene => ({
      ...inVault(scene),
      body: {
        secret_path_pattern: 'battery/**',
        principal_type: 'agent',
        principal_id: await newAgent(scene),
        permissions: ['read'],
        conditions: { ip_allowlist: ['198.51.100.1'] },
        expires_at: '2999-01-01T00:00:00Z',
      },
    }),
  },
  'policies.create-many': {
    good: async scene => ({
      body: {
        grants: [
          { vault_id: scene.vaultId, secret_path_pattern: 'battery/many/**' },
          { vault_id: scene.vaultId, secret_path_pattern: 'battery/*' },
        ],
        principal_type: 'agent',
        principal_id: await newAgent(scene),
        permissions: ['read'],
        expires_at: '2999-01-01T00:00:00Z',
      },
    }),
    events: 2,
  },
  'policies.list': { good: inVault },
  'policies.update': {
    good: async scene => ({
      params: { vault_id: scene.vaultId, policy_id: await otherPolicy(scene) },
      body: {
        permissions: ['read', 'write'],
        conditions: { time_window: { after: '09:00' } },
        expires_at: '2999-02-01T00:00:00Z',
      },
    }),
  },
  'policies.delete': { good: async scene => ({ params: { vault_id: scene.vaultId, policy_id: await otherPolicy(scene) } }) },
  'policies.of-agent': { good: async scene => ({ params: { agent_id: (await otherPolicy(scene)) && scene.agent.id } }) },
  'policies.folder-access': { good: scene => ({ ...inVault(scene), query: '?prefix=a/&permission=write&ip=192.0.2.1' }) },
  'policies.access': { good: scene => ({ ...inVault(scene), query: '?path=a/b&permission=write&ip=192.0.2.1&include=days' }) },
  'policies.explain': {
    good: scene => ({
      ...inVault(scene),
      body: { principal_type: 'agent', principal_id: scene.agent.id, permission: 'read', path: 'a/b', ip: '192.0.2.1' },
    }),
  },
  'agents.register': {
    good: ({ vaultId }) => ({
      body: {
        name: 'battery',
        description: 'made by a test',
        auth_method: 'api_key',
        scopes: ['prod/**'],
        expires_at: '2999-01-01T00:00:00Z',
        intents_api_enabled: true,
        tx_to_allowlist: ['0x00000000219ab540356cBB839Cbe05303d7705Fa'],
        tx_max_value_eth: '0.1',
        tx_daily_limit_eth: '1',
        tx_allowed_chains: ['base'],
        token_ttl_seconds: 600,
        vault_ids: [vaultId],
        shroud_enabled: true,
        shroud_config: { a: 1 },
      },
    }),
    anyone: true,
  },
  'agents.list': { good: () => ({}), anyone: true },
  'agents.me': { good: ({ agent }) => ({ token: agent.token }) },
  'agents.get': { good: ({ agent }) => ({ params: { agent_id: agent.id } }), anyone: true },
  'agents.update': {
    good: async scene => ({ params: { agent_id: await newAgent(scene) }, body: { name: 'renamed', scopes: null } }),
  },
  'agents.deactivate': { good: async scene => ({ params: { agent_id: await newAgent(scene) } }) },
  'agents.keys': { good: async scene => ({ params: { agent_id: await newAgent(scene) } }) },
  'agents.add-key': {
    good: async scene => ({
      params: { agent_id: await newAgent(scene) },
      body: { keep_old_until: new Date(Date.now() + 3_600_000).toISOString() },
    }),
  },
  'agents.revoke-key': {
    good: async scene => {
      const agent_id = await newAgent(scene)
      await ok(scene.world.call('POST', `/v1/agents/${agent_id}/keys`, { token: scene.owner.token, body: {} }))
      return { params: { agent_id } }
    },
  },
  'agents.rotate-key': { good: async scene => ({ params: { agent_id: await newAgent(scene) } }) },
  'search.find': { good: () => ({ query: '?q=battery&kinds=secret,vault&limit=5' }), anyone: true },
  'audit.events': { good: () => ({ query: '?limit=5' }), anyone: true },
  'audit.alias': { good: () => ({ query: '?order=asc' }), anyone: true },
  'audit.summary': { good: () => ({ query: '?by=actor' }), anyone: true },
  'audit.denials': { good: () => ({ query: '?limit=5' }), anyone: true },
  'audit.reads': { good: () => ({ query: '?limit=5' }), anyone: true },
  'audit.checkpoints': { good: () => ({}) },
  'audit.verify': { good: () => ({}) },
  'audit.verify-get': { good: () => ({}) },
}

function inVault({ vaultId }: Scene) {
  return { params: { vault_id: vaultId } }
}

async function written({ world, owner, vaultId }: Scene) {
  const path = somePath()
  await world.put(owner, vaultId, path, 'v', { metadata: { owner: 'battery' }, max_access_count: 9 })
  return { params: { vault_id: vaultId, path, version: '1' } }
}

function somePath(): string {
  return `battery/${randomUUID()}`
}

async function newAgent({ world, owner }: Scene): Promise<string> {
  return (await world.agent(owner)).id
}

/** The policy of a separate agent, so it grants nothing to the agent of the scene. */
async function otherPolicy({ world, owner, vaultId }: Scene): Promise<string> {
  return world.policy(owner, vaultId, await world.agent(owner), 'battery/*', ['read'])
}

/** A secret that is deleted. */
async function deleted(scene: Scene) {
  const sent = await written(scene)
  const { vault_id, path } = sent.params
  await ok(scene.world.call('DELETE', `/v1/vaults/${vault_id}/secrets/${path}`, { token: scene.owner.token }))
  return sent
}

async function deletedVault({ world, owner }: Scene) {
  const vault_id = await world.vault(owner)
  await ok(world.call('DELETE', `/v1/vaults/${vault_id}`, { token: owner.token }))
  return { params: { vault_id } }
}
