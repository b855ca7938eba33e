import type { Chain } from 'viem'

/** Chain id → name in requests and for people, in the order in which they are listed. */
const CHAINS: readonly (readonly [id: number, name: string, displayName: string])[] = [
  [1, 'ethereum', 'Ethereum'],
  [10, 'optimism', 'Optimism'],
  [25, 'cronos', 'Cronos'],
  [56, 'bnb', 'BNB'],
  [100, 'gnosis', 'Gnosis'],
  [137, 'polygon', 'Polygon'],
  [146, 'sonic', 'Sonic'],
  [250, 'fantom', 'Fantom'],
  [324, 'zksync-era', 'zkSync Era'],
  [480, 'world-chain', 'World Chain'],
  [1088, 'metis', 'Metis'],
  [1101, 'polygon-zkevm', 'Polygon zkEVM'],
  [1284, 'moonbeam', 'Moonbeam'],
  [1329, 'sei', 'Sei'],
  [5000, 'mantle', 'Mantle'],
  [8217, 'kaia', 'Kaia'],
  [8453, 'base', 'Base'],
  [34443, 'mode', 'Mode'],
  [42161, 'arbitrum-one', 'Arbitrum One'],
  [42170, 'arbitrum-nova', 'Arbitrum Nova'],
  [42220, 'celo', 'Celo'],
  [43114, 'avalanche', 'Avalanche'],
  [59144, 'linea', 'Linea'],
  [80094, 'berachain', 'Berachain'],
  [81457, 'blast', 'Blast'],
  [167000, 'taiko', 'Taiko'],
  [534352, 'scroll', 'Scroll'],
  [7777777, 'zora', 'Zora'],
  [11155111, 'sepolia', 'Sepolia'],
  [84532, 'base-sepolia', 'Base Sepolia'],
]

/** Definitions that share their id with a newer one. */
const SUPERSEDED = ['klaytn', 'basePreconf', 'baseSepoliaPreconf', 'zkSync']
/** The maximum number of further public RPC URLs. */
const MAX_URLS = 3

/**
 * `server/modules/chains/registry.ts`: what viem knows of each chain as a table of text, because viem's own definitions take 50 MB and
 * most of a second to load.
 */
export async function chainRegistry(): Promise<string> {
  const known = Object.entries<unknown>(await import('viem/chains'))
    .filter(([name]) => !SUPERSEDED.includes(name))
    .flatMap(([, value]) => (isChain(value) ? [value] : []))
  const lines = CHAINS.map(([id, name, displayName]) => {
    const chain = known.find(each => each.id === id)
    if (chain?.nativeCurrency.decimals !== 18) throw new Error(`viem does not define chain ${id} with 18 decimals.`)
    const urls = chain.rpcUrls.default.http.filter(isPlain).slice(0, MAX_URLS)
    const socket = chain.rpcUrls.default.webSocket?.[0] ?? ''
    const explorer = (chain.blockExplorers?.default.url ?? '').replace(/\/$/, '')
    return [
      id,
      name,
      displayName,
      chain.nativeCurrency.symbol,
      chain.testnet ? 'test' : '',
      explorer,
      socket,
      urls.join(' '),
    ].join('|')
  })
  return `// Generated from viem's chain definitions by \`npm run golden\`; not to be edited.

/** One line each: chain id, name, display name, currency, \`test\` or nothing, explorer, WebSocket URL, RPC URLs. */
export const REGISTRY = \`
${lines.join('\n')}
\`
`
}

function isChain(value: unknown): value is Chain {
  return typeof value === 'object' && value !== null && 'rpcUrls' in value
}

/** Without a query or anything that looks like a key. */
function isPlain(url: string): boolean {
  const { search, pathname } = new URL(url)
  return search === '' && !pathname.split('/').some(segment => segment.length >= 16)
}
