import type { Client } from '../../../../../src/client/client.ts'
import { byName } from '../../../address.ts'

export type VaultsAndChains = Awaited<ReturnType<typeof vaultsAndChains>>

/** The vaults that a key can be in, the chains, main nets first, and whether the person's organisation runs the server. */
export async function vaultsAndChains(client: Client) {
  const [{ vaults }, { chains }, { orgs }] = await Promise.all([
    client.call('vaults.list'),
    client.call('chains.list'),
    client.call('org.list'),
  ])
  return {
    vaults: vaults.toSorted(byName),
    chains: chains.toSorted((one, other) => Number(one.is_testnet) - Number(other.is_testnet)),
    runsServer: orgs.some(({ is_current, is_platform }) => is_current && is_platform),
  }
}
