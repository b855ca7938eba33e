import type { Client } from '../../../../../src/client/client.ts'

export type VaultsAndChains = Awaited<ReturnType<typeof vaultsAndChains>>

/** The vaults that a key can be in, and the chains, main nets first. */
export async function vaultsAndChains(client: Client) {
  const [{ vaults }, { chains }] = await Promise.all([client.call('vaults.list'), client.call('chains.list')])
  return { vaults, chains: chains.toSorted((one, other) => Number(one.is_testnet) - Number(other.is_testnet)) }
}
