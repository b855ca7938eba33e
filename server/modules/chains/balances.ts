import { Problem } from '../../../src/problem.ts'
import type { Rpc } from '../../http/json-rpc.ts'
import type { Chain, ChainDirectory } from './directory.ts'

export interface BalanceDeps {
  readonly find: ChainDirectory['find']
  readonly rpc: (chain: Chain) => Rpc
}

export type Balances = ReturnType<typeof balances>

/** Balances of accounts, from the nodes of their chains. */
export function balances({ find, rpc }: BalanceDeps) {
  /** @throws Problem `chain.unreachable` if no node answers. */
  return async (identifier: string, address: string) => {
    const chain = await find(identifier)
    const { result } = { result: undefined, ...(await rpc(chain).call('eth_getBalance', [address, 'latest'])) }
    if (typeof result !== 'string' || !/^0x[0-9a-f]{1,64}$/i.test(result))
      throw new Problem('chain.unreachable', `The node of ${chain.displayName} answered something other than a balance.`)
    return {
      chain: chain.name,
      chain_id: chain.chainId,
      address,
      balance_wei: BigInt(result).toString(),
      native_currency: chain.currency,
    }
  }
}
