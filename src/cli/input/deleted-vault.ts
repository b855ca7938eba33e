import type { Client, Reply } from '../../client/client.ts'

export type DeletedVault = Reply<'vaults.deleted'>['vaults'][number]

/** The deleted vault with this id, or the one of this name that was deleted last; undefined when there is none. */
export async function deletedVaultOf(client: Client, vault: string): Promise<DeletedVault | undefined> {
  const { vaults } = await client.call('vaults.deleted')
  return vaults.find(({ id }) => id === vault) ?? vaults.find(({ name }) => name === vault)
}
