import {
  adminListChains,
  chainBalance,
  createChain,
  deleteChain,
  getChain,
  listChains,
  updateChain,
} from '../../../src/contract/intents/chains.ts'
import type { Mount } from '../../http/mount.ts'
import type { Balances } from './balances.ts'
import { chainBody, publicChainBody } from './body.ts'
import type { ChainDirectory } from './directory.ts'
import type { Chains } from './service.ts'

export function chainRoutes(mount: Mount, directory: ChainDirectory, chains: Chains, balanceOf: Balances): void {
  mount(listChains, async () => ({
    chains: (await directory.all()).filter(chain => chain.isEnabled).map(publicChainBody),
  }))
  mount(getChain, async ({ params }) => publicChainBody(await directory.find(params.identifier)))
  mount(chainBalance, ({ params }) => balanceOf(params.identifier, params.address))
  mount(adminListChains, async () => ({ chains: (await directory.all()).map(chainBody) }))
  mount(createChain, async ({ grant, body }) => chainBody(await chains.create(grant, body)))
  mount(updateChain, async ({ grant, params, body }) => chainBody(await chains.update(grant, params.chain_id, body)))
  mount(deleteChain, async ({ grant, params }) => {
    await chains.remove(grant, params.chain_id)
    return undefined
  })
}
