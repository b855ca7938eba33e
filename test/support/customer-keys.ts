import { createHash, randomBytes } from 'node:crypto'
import { ok, type TestUser, type World } from './world.ts'

interface Owned {
  readonly world: World
  readonly owner: TestUser
}

/** The id of a rotation in a separate vault, and that vault's id. */
export async function rotated({ world, owner }: Owned): Promise<{ id: string; vault_id: string }> {
  const { params, body, headers } = await rotation({ world, owner })
  return (await ok(world.call('POST', `/v1/vaults/${params.vault_id}/cmek-rotate`, { token: owner.token, body, headers }))).body
}

/** A vault with a customer key. */
export async function cmekVault({ world, owner }: Owned): Promise<{ vaultId: string; key: Buffer }> {
  const [vaultId, key] = [await world.vault(owner), randomBytes(32)]
  const body = { fingerprint: fingerprintOf(key) }
  await ok(world.call('POST', `/v1/vaults/${vaultId}/cmek`, { token: owner.token, body }))
  return { vaultId, key }
}

/** The request that starts a rotation, in a separate vault. */
export async function rotation(owned: Owned) {
  const [{ vaultId, key }, next] = [await cmekVault(owned), randomBytes(32)]
  return {
    params: { vault_id: vaultId },
    body: { new_fingerprint: fingerprintOf(next) },
    headers: { 'x-cmek-old-key': key.toString('base64'), 'x-cmek-new-key': next.toString('base64') },
  }
}

export function fingerprintOf(key: Buffer): string {
  return createHash('sha256').update(key).digest('hex')
}
