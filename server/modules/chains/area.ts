import type { Database } from '../../db/database.ts'
import type { ChainStore } from '../../stores/chains.ts'
import { balances } from './balances.ts'
import { chainDirectory, isNamed } from './directory.ts'
import { chainRpcs, type RpcDeps } from './rpc.ts'
import { type ChainDeps, chains } from './service.ts'

export type ChainAreaDeps = Omit<ChainDeps, 'directory'> &
  Pick<RpcDeps, 'outbound'> & { readonly database: Database<{ chains: ChainStore }> }

/** The blockchains for transactions, and the access to a node of each. */
export function chainArea({ database, outbound, clock }: ChainAreaDeps) {
  const directory = chainDirectory(database)
  const reach = { find: directory.find, byChainId: directory.byChainId, isNamed, rpc: chainRpcs({ outbound }) }
  return {
    chainDirectory: directory,
    chains: chains({ database, directory, clock }),
    chainReach: reach,
    chainBalance: balances(reach),
  }
}
