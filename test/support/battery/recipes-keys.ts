import { randomBytes } from 'node:crypto'
import { cmekVault, fingerprintOf, rotated, rotation } from '../customer-keys.ts'
import { ok } from '../world.ts'
import type { Recipes } from './recipe.ts'

/** Customer keys. */
export const keysRecipes: Recipes = {
  'cmek.enable': {
    good: async ({ world, owner }) => ({
      params: { vault_id: await world.vault(owner) },
      body: { fingerprint: fingerprintOf(randomBytes(32)) },
    }),
  },
  'cmek.disable': { good: async scene => ({ params: { vault_id: (await cmekVault(scene)).vaultId } }) },
  'cmek.rotate': { good: rotation },
  'cmek.rotations': { good: async scene => ({ params: { vault_id: (await rotated(scene)).vault_id } }) },
  'cmek.rotation': {
    good: async scene => {
      const { vault_id, id } = await rotated(scene)
      return { params: { vault_id, job_id: id } }
    },
  },
  'seal.status': { good: () => ({}) },
  'seal.unseal': { good: () => ({ body: { passphrase: 'x' } }), never: 'the server is not sealed' },
  'seal.seal': { good: () => ({}), never: 'the root key of the scene is under no passphrase' },
  'keys.migration': { good: () => ({ query: '?to=software' }) },
  'keys.migrate': { good: () => ({ body: { to: 'software' } }) },
  'keys.status': { good: () => ({}) },
  'admin.jobs': { good: () => ({ query: '?limit=10&offset=0' }) },
  'keys.rotate-server': {
    good: ({ world }) => {
      // If servers share a database, a new key cannot be replaced before it is used.
      world.advance(16_000)
      return { params: { key: 'pepper' } }
    },
  },
  'keys.rotate': { good: async ({ world, owner }) => ({ params: { vault_id: await world.vault(owner) } }) },
  'keys.rotation': {
    good: async ({ world, owner }) => {
      const vault_id = await world.vault(owner)
      const { body } = await ok(world.call('POST', `/v1/vaults/${vault_id}/rotate-key`, { token: owner.token }))
      return { params: { vault_id, job_id: body.id } }
    },
  },
}
