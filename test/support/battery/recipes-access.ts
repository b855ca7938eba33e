import { randomUUID } from 'node:crypto'
import { ok, PASSWORD } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

/** Signing in, accounts, keys, device login, health. */
export const accessRecipes: Recipes = {
  'health.get': { good: () => ({}) },
  'health.hsm': { good: () => ({}) },
  'health.live': { good: () => ({}) },
  'health.ready': { good: () => ({}) },
  'health.openapi': { good: () => ({}) },
  'auth.jwt-public-key': { good: () => ({}) },
  'auth.jwks': { good: () => ({}) },
  'auth.signup': { good: () => ({ body: { email: `${randomUUID()}@example.com`, password: PASSWORD } }) },
  'auth.token': { good: ({ owner }) => ({ body: { email: owner.email, password: PASSWORD } }) },
  'auth.agent-token': { good: ({ agent }) => ({ body: { agent_id: agent.id, api_key: agent.key } }) },
  'auth.api-key-token': { good: async scene => ({ body: { api_key: (await newKey(scene)).api_key } }) },
  'auth.revoke': { good: async scene => ({ token: await newToken(scene) }), anyone: true },
  'auth.refresh': { good: () => ({}), never: 'there are no refresh tokens' },
  'auth.change-password': {
    good: async ({ world }) => {
      const { token } = await world.signUp()
      return { token, body: { current_password: PASSWORD, new_password: 'another staple for the horse 7' } }
    },
  },
  'account.me': { good: () => ({}) },
  'api-keys.create': { good: () => ({ body: { name: 'key', scopes: ['prod/**'], expires_at: '2999-01-01T00:00:00Z' } }) },
  'api-keys.list': { good: () => ({}) },
  'api-keys.rotate': {
    good: async scene => ({ params: { key_id: (await newKey(scene)).key.id }, body: { keep_old_until: inAWeek() } }),
  },
  'api-keys.revoke': { good: async scene => ({ params: { key_id: (await newKey(scene)).key.id } }) },
  'device.code': { good: () => ({ body: { client_id: 'battery', email: 'somebody@example.com' } }) },
  'device.token': {
    good: async scene => ({ body: { device_code: (await begun(scene)).device_code, grant_type: 'device_code' } }),
  },
  'device.status': { good: async scene => ({ params: { user_code: (await begun(scene)).user_code } }) },
  'device.approve': { good: async scene => ({ body: { user_code: (await begun(scene)).user_code } }) },
  'device.renew': { good: async scene => ({ token: await terminalToken(scene) }), anyone: true },
  'device.deny': { good: async scene => ({ body: { user_code: (await begun(scene)).user_code } }) },
}

async function newKey({ world, owner }: Scene) {
  return (await ok(world.call('POST', '/v1/auth/api-keys', { token: owner.token, body: { name: 'battery' } }))).body
}

async function newToken(scene: Scene): Promise<string> {
  const { api_key } = await newKey(scene)
  return (await ok(scene.world.call('POST', '/v1/auth/api-key-token', { body: { api_key } }))).body.access_token
}

async function terminalToken(scene: Scene): Promise<string> {
  const { world } = scene
  const { token } = await world.signUp()
  const { user_code, device_code } = await begun(scene)
  await ok(world.call('POST', '/v1/auth/device/approve', { token, body: { user_code } }))
  const body = { device_code, grant_type: 'device_code' }
  return (await ok(world.call('POST', '/v1/auth/device/token', { body }))).body.access_token
}

async function begun({ world }: Scene) {
  return (await ok(world.call('POST', '/v1/auth/device/code', { body: { client_id: 'battery' } }))).body
}

const inAWeek = () => new Date(Date.now() + 7 * 86_400_000).toISOString()
