import { Problem } from '../../problem.ts'
import type { Session } from '../session/session.ts'

export interface NewKey {
  readonly path: string
  readonly version: number
  /** EIP-55. */
  readonly address: string
  /** The place of the key: `pkcs11` or `software` if it cannot leave, `vault` if it is an ordinary secret. */
  readonly provider: string
}

interface KeyFlags {
  readonly chain?: string | undefined
  readonly path?: string | undefined
  readonly hsm?: boolean | undefined
}

/**
 * Makes the key in the key provider, or here and stores it. An existing secret is never overwritten. Throws `usage`, `resource.conflict`.
 */
export async function newSigningKey({ client, vaultId }: Session, { chain, path: named, hsm }: KeyFlags): Promise<NewKey> {
  const path = named ?? (chain && `keys/${(await client.call('chains.get', { params: { identifier: chain } })).name}-signer`)
  if (!path) throw new Problem('usage', 'No chain or path given for the key.', { hint: 'Pass --chain or --path.' })
  const params = { vault_id: await vaultId(), path }
  const { secrets } = await client.call('secrets.list', { params: { vault_id: params.vault_id }, query: { prefix: path } })
  if (secrets.some(secret => secret.path === path)) {
    throw new Problem('resource.conflict', `A key already exists at ${path}.`, {
      hint: 'Choose another --path, or delete it first.',
    })
  }
  if (hsm) {
    const { version, address, provider } = await client.call('intents.create-key', { params })
    return { path, version, address, provider }
  }
  const { generatePrivateKey, privateKeyToAddress } = await import('viem/accounts')
  const key = generatePrivateKey()
  const address = privateKeyToAddress(key)
  const body = { value: key, type: 'private_key', metadata: { address } } as const
  const { version } = await client.call('secrets.put', { params, body })
  return { path, version, address, provider: 'vault' }
}
