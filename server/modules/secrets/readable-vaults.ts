import { Problem } from '../../../src/problem.ts'
import type { Authorize } from '../../policy/authorize.ts'
import type { Grant } from '../../policy/grant.ts'
import type { ListedVault } from '../../stores/vaults.ts'

export interface ReadableVaultsDeps {
  readonly authorize: Authorize
  readonly listVaults: (grant: Grant<'vault.list'>) => Promise<ListedVault[]>
}

/** The vaults that a caller can list. The decisions leave no audit events, because the caller did not request the other vaults. */
export function readableVaults({ authorize, listVaults }: ReadableVaultsDeps) {
  return {
    /** The listed ones, by id. */
    async vaultsOf({ actor, ip }: Grant<'secret.list-all'>): Promise<ListedVault[]> {
      const rows = await listVaults(await authorize('vault.list', actor, {}, ip))
      return rows.toSorted(({ id: one }, { id: other }) => (one < other ? -1 : one > other ? 1 : 0))
    },

    /** The decision for a list of the vault; undefined if it would be refused. */
    async readable({ actor, ip }: Grant<'secret.list-all'>, vaultId: string): Promise<Grant<'secret.list'> | undefined> {
      try {
        return await authorize('secret.list', actor, { vaultId }, ip)
      } catch (error) {
        if (error instanceof Problem && (error.code === 'policy.denied' || error.code === 'resource.unknown')) return undefined
        throw error
      }
    },
  }
}
