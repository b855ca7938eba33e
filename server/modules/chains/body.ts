import type { getChain, updateChain } from '../../../src/contract/intents/chains.ts'
import type { ReplyOf } from '../../../src/contract/schema/endpoint.ts'
import type { Chain } from './directory.ts'

type ChainBody = ReplyOf<typeof getChain>
type AdminChainBody = ReplyOf<typeof updateChain>

/** A chain as admins see it, without empty fields. */
export function chainBody(chain: Chain): AdminChainBody {
  return {
    ...commonBody(chain),
    ...(chain.rpcTimeoutMs !== undefined && { rpc_timeout_ms: chain.rpcTimeoutMs }),
  }
}

function commonBody(chain: Chain): ChainBody {
  return {
    id: chain.id,
    name: chain.name,
    display_name: chain.displayName,
    chain_id: chain.chainId,
    ...(chain.rpcUrls.length > 0 && { rpc_url: chain.rpcUrls.join(', ') }),
    ...(chain.wsUrl !== undefined && { ws_url: chain.wsUrl }),
    ...(chain.explorerUrl !== undefined && { explorer_url: chain.explorerUrl }),
    native_currency: chain.currency,
    is_testnet: chain.isTestnet,
    is_enabled: chain.isEnabled,
    created_at: new Date(chain.createdAt).toISOString(),
    updated_at: new Date(chain.updatedAt).toISOString(),
  }
}

/** A chain as everyone sees it: without URLs that contain credentials. */
export function publicChainBody(chain: Chain): ChainBody {
  return commonBody({
    ...chain,
    rpcUrls: chain.rpcUrls.filter(isPlain),
    wsUrl: chain.wsUrl !== undefined && isPlain(chain.wsUrl) ? chain.wsUrl : undefined,
  })
}

/** Providers put keys into the user part, the query or a segment of the path, and keys are longer than any word there. */
const KEY_LENGTH = 16

function isPlain(text: string): boolean {
  const url = URL.parse(text)
  if (url?.username !== '' || url.password !== '' || url.search !== '') return false
  return url.pathname.split('/').every(segment => segment.length < KEY_LENGTH)
}
