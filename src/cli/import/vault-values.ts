import type { Client } from '../../client/client.ts'
import { isTooMuch, readMany, type Secret } from '../references/read.ts'

/** The values that the caller can read under a prefix, by the rest of their path. */
export async function vaultValues(client: Client, vault_id: string, prefix: string, now: number): Promise<Map<string, string>> {
  const secrets = await allUnder(client, vault_id, prefix, now)
  return new Map(secrets.map(({ path, value }) => [path.slice(prefix.length), value]))
}

/** In one round trip if everything fits into one reply. */
async function allUnder(client: Client, vault_id: string, prefix: string, now: number): Promise<readonly Secret[]> {
  try {
    return (await client.call('secrets.read-many', { params: { vault_id }, body: { prefix } })).secrets
  } catch (error) {
    if (!isTooMuch(error)) throw error
  }
  const { secrets } = await client.call('secrets.list', { params: { vault_id }, query: { prefix } })
  const usable = secrets.filter(({ is_disabled, expires_at }) => !is_disabled && !(expires_at && Date.parse(expires_at) <= now))
  return readMany(
    client,
    vault_id,
    usable.map(({ path }) => path),
  )
}
