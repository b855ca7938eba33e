import type { Client, Reply } from '../../client/client.ts'

export type DeletedVault = Reply<'vaults.deleted'>['vaults'][number]

/** The deleted vault with this id, or the most recently deleted one with this name; undefined if there is none. */
export async function deletedVaultOf(client: Client, vault: string): Promise<DeletedVault | undefined> {
  const { vaults } = await client.call('vaults.deleted')
  return vaults.find(({ id }) => id === vault) ?? vaults.find(({ name }) => name === vault)
}
