import { randomUUID } from 'node:crypto'
import { ok } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

/** Agents that come aboard, and their keys. */
export const enrollmentRecipes: Recipes = {
  'agents.enroll': {
    good: () => ({ body: { name: 'battery', human_email: `${randomUUID()}@example.com`, description: 'a test' } }),
  },
  'agents.enrollment': { good: async scene => ({ params: { token: await asked(scene) } }) },
  'agents.approve': {
    good: async scene => ({ params: { token: await asked(scene) }, token: scene.owner.token, body: {} }),
    anyone: true,
  },
  'agents.deny': { good: async scene => ({ params: { token: await asked(scene) }, token: scene.owner.token }), anyone: true },
  'access-requests.create': {
    good: async scene => ({ params: { vault_id: scene.vaultId }, token: (await newcomer(scene)).token, body: wanted() }),
    anyone: true,
  },
  'access-requests.list': { good: () => ({}), anyone: true },
  'access-requests.get': { good: async scene => ({ params: { request_id: (await accessAsked(scene)).id } }) },
  'access-requests.approve': {
    good: async scene => ({ params: { request_id: (await accessAsked(scene)).id }, body: {} }),
    events: 2,
  },
  'access-requests.decline': { good: async scene => ({ params: { request_id: (await accessAsked(scene)).id }, body: {} }) },
  'access-requests.withdraw': {
    good: async scene => {
      const { id, token } = await accessAsked(scene)
      return { params: { request_id: id }, token }
    },
  },
  'inbox.get': { good: () => ({}) },
  'agents.rotate-identity-keys': {
    good: async ({ world, owner }) => ({ params: { agent_id: (await world.agent(owner)).id } }),
  },
  'org.agent-keys-vault': { good: () => ({}), anyone: true },
}

async function asked({ world }: Scene): Promise<string> {
  const { body } = await ok(world.call('POST', '/v1/agents/enroll', { body: { name: 'battery' } }))
  return body.approval_url.split('/').at(-1)
}

const wanted = () => ({ secret_path_pattern: `some/${randomUUID()}`, reason: 'a test', duration_seconds: 60 })

/** Has asked for nothing yet: how many requests of one principal wait is bounded. */
const newcomer = ({ world, owner }: Pick<Scene, 'world' | 'owner'>) => world.agent(owner)

/** The id of a request for access to a vault, and the token of the agent that asked. */
export async function accessAsked(scene: Pick<Scene, 'world' | 'vaultId' | 'owner'>): Promise<{ id: string; token: string }> {
  const { token } = await newcomer(scene)
  const asked = scene.world.call('POST', `/v1/vaults/${scene.vaultId}/access-requests`, { token, body: wanted() })
  return { id: (await ok(asked)).body.id, token }
}
