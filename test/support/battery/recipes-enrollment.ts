import { randomUUID } from 'node:crypto'
import { ok } from '../world.ts'
import { accessAsked, newcomer, wanted } from './people.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

/** Enrolment of agents, and their keys. */
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
    also: ['policy.create'],
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
