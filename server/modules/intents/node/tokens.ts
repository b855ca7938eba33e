import { LRUCache } from 'lru-cache'
import { decodeAbiParameters } from 'viem/utils'
import type { Rpc } from '../../../http/json-rpc.ts'
import type { TokenInfo } from '../calldata/summary.ts'
import type { Chain } from '../ports.ts'
import { isBytes } from './node-values.ts'

/** The names and decimals that tokens report. They are only displayed; no decision depends on them. */
export interface Tokens {
  /** Undefined for a contract that does not respond like a token. */
  info(chain: Chain, token: string): Promise<TokenInfo | undefined>
  /** The balance in base units; undefined if unknown. `token` null means the native currency. */
  balance(chain: Chain, token: string | null, holder: string): Promise<bigint | undefined>
}

const MAX_CACHED = 5000
const SYMBOL = '0x95d89b41'
const DECIMALS = '0x313ce567'
const BALANCE_OF = '0x70a08231'

export function tokens(rpcOf: (chain: Chain) => Rpc): Tokens {
  const known = new LRUCache<string, TokenInfo>({ max: MAX_CACHED })

  async function call(chain: Chain, to: string, data: string): Promise<`0x${string}` | undefined> {
    const answer = await rpcOf(chain).call('eth_call', [{ to, data }, 'latest'])
    return !answer.error && isBytes(answer.result) && answer.result.length > 2 ? answer.result : undefined
  }

  return {
    async info(chain, token) {
      const key = `${chain.chainId} ${token}`
      const cached = known.get(key)
      if (cached) return cached
      const [symbol, decimals] = await Promise.all([call(chain, token, SYMBOL), call(chain, token, DECIMALS)])
      if (decimals?.length !== 66 || BigInt(decimals) > 77n) return undefined
      const info = { symbol: symbolOf(symbol), decimals: Number(decimals) }
      known.set(key, info)
      return info
    },

    async balance(chain, token, holder) {
      if (token !== null) {
        const result = await call(chain, token, `${BALANCE_OF}${holder.slice(2).toLowerCase().padStart(64, '0')}`)
        return result?.length === 66 ? BigInt(result) : undefined
      }
      const { result } = { result: undefined, ...(await rpcOf(chain).call('eth_getBalance', [holder, 'latest'])) }
      return typeof result === 'string' && /^0x[0-9a-f]{1,64}$/i.test(result) ? BigInt(result) : undefined
    },
  }
}

/** A text or, in old tokens, 32 bytes; confusable and hidden characters are removed. */
function symbolOf(bytes: `0x${string}` | undefined): string {
  const text =
    bytes === undefined ? '' : bytes.length === 66 ? Buffer.from(bytes.slice(2), 'hex').toString('latin1') : decodedText(bytes)
  return text.replace(/[^\x21-\x7e]/g, '').slice(0, 16) || 'tokens'
}

function decodedText(bytes: `0x${string}`): string {
  try {
    return decodeAbiParameters([{ type: 'string' }], bytes)[0]
  } catch {
    return ''
  }
}
