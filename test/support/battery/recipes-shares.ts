import { randomUUID } from 'node:crypto'
import { ok } from '../world.ts'
import type { Recipes } from './recipe.ts'
import type { Scene } from './scene.ts'

const EXPIRES = '2999-01-01T00:00:00Z'

/** Shares of secrets. */
export const sharingRecipes: Recipes = {
  'shares.create': {
    good: async scene => ({
      params: { secret_id: await newSecret(scene) },
      body: {
        recipient_type: 'user',
        recipient_id: scene.member.id,
        email: 'ignored@example.com',
        recipient_email: 'ignored@example.com',
        permissions: ['read'],
        max_access_count: 3,
        expires_at: EXPIRES,
        passphrase: 'open sesame',
        ip_allowlist: ['192.0.2.0/24'],
      },
    }),
  },
  'shares.open': { good: async scene => ({ params: { share_id: await newShare(scene, { max_access_count: 2 }) } }) },
  'shares.describe': { good: async scene => ({ params: { share_id: await newShare(scene, { max_access_count: 2 }) } }) },
  'shares.outbound': { good: async scene => ({ token: (await newShare(scene)) && scene.owner.token }), anyone: true },
  'shares.inbound': { good: async scene => ({ token: (await toMember(scene)) && scene.member.token }), anyone: true },
  'shares.accept': {
    good: async scene => ({ params: { share_id: await toMember(scene) }, token: scene.member.token }),
    anyone: true,
  },
  'shares.decline': {
    good: async scene => ({ params: { share_id: await toMember(scene) }, token: scene.member.token }),
    anyone: true,
  },
  'shares.revoke': {
    good: async scene => ({ params: { share_id: await newShare(scene) }, token: scene.owner.token }),
    anyone: true,
  },
  'shares.revoke-alias': {
    good: async scene => ({ params: { share_id: await newShare(scene) }, token: scene.owner.token }),
    anyone: true,
  },
}

async function newSecret({ world, owner, vaultId }: Scene): Promise<string> {
  return (await world.put(owner, vaultId, `battery/${randomUUID()}`, 'v')).body.id
}

async function newShare(scene: Scene, more: object = {}): Promise<string> {
  const body = { recipient_type: 'anyone_with_link', expires_at: EXPIRES, ...more }
  const url = `/v1/secrets/${await newSecret(scene)}/share`
  return (await ok(scene.world.call('POST', url, { token: scene.owner.token, body }))).body.id
}

function toMember(scene: Scene): Promise<string> {
  return newShare(scene, { recipient_type: 'user', recipient_id: scene.member.id })
}
