import { Problem } from '../../../src/problem.ts'
import type { Database } from '../../db/database.ts'
import { liveCache } from '../../db/live-cache.ts'
import type { ChainStore, StoredChain } from '../../stores/chains.ts'
import { REGISTRY } from './registry.ts'

/** The current state of a chain. */
export interface Chain {
  readonly id: string
  /** In lower case. */
  readonly name: string
  readonly displayName: string
  readonly chainId: number
  readonly rpcUrls: readonly string[]
  /** The time limit for one reply of a node, if it differs from the default. */
  readonly rpcTimeoutMs?: number
  readonly wsUrl: string | undefined
  readonly explorerUrl: string | undefined
  readonly currency: string
  readonly isTestnet: boolean
  /** Whether it is one of the built-in chains, changed or not. */
  readonly isRegistered: boolean
  readonly isEnabled: boolean
  /** Epoch milliseconds. */
  readonly createdAt: number
  readonly updatedAt: number
}

export type ChainDirectory = ReturnType<typeof chainDirectory>

/** Other names by which chains of the registry are known. */
const ALIASES: Readonly<Record<string, string>> = {
  mainnet: 'ethereum',
  arbitrum: 'arbitrum-one',
  bsc: 'bnb',
  zksync: 'zksync-era',
  worldchain: 'world-chain',
}

/** When the built-in list was first published: unchanged chains are as old as that. */
const PUBLISHED = Date.parse('2026-01-01T00:00:00Z')

let builtIn: readonly Chain[] | undefined

/** The registry that comes with the product. */
export function registeredChains(): readonly Chain[] {
  builtIn ??= REGISTRY.trim()
    .split('\n')
    .map(line => registered(line.split('|')))
  return builtIn
}

function registered([
  chainId,
  name = '',
  displayName = '',
  currency = 'ETH',
  test,
  explorer,
  socket,
  urls = '',
]: string[]): Chain {
  return {
    // RFC 9562 leaves the bits of version 8 to us, so the id is the same on every server.
    id: `00000000-0000-8000-8000-${Number(chainId).toString(16).padStart(12, '0')}`,
    name,
    displayName,
    chainId: Number(chainId),
    rpcUrls: urlsOf(urls),
    wsUrl: socket || undefined,
    explorerUrl: explorer || undefined,
    currency,
    isTestnet: test !== '',
    isRegistered: true,
    isEnabled: true,
    createdAt: PUBLISHED,
    updatedAt: PUBLISHED,
  }
}

/** The URLs in a text that separates them by commas or white space. */
export function urlsOf(text: string | null): string[] {
  return (text ?? '').split(/[\s,]+/).filter(url => url !== '')
}

function stored(row: StoredChain): Chain {
  return {
    id: row.id,
    name: row.name,
    displayName: row.display_name,
    chainId: row.chain_id,
    rpcUrls: urlsOf(row.rpc_url),
    ...(row.rpc_timeout_ms !== null && { rpcTimeoutMs: row.rpc_timeout_ms }),
    wsUrl: row.ws_url ?? undefined,
    explorerUrl: row.explorer_url ?? undefined,
    currency: row.native_currency,
    isTestnet: row.is_testnet,
    isRegistered: registeredChains().some(({ chainId }) => chainId === row.chain_id),
    isEnabled: row.is_enabled,
    createdAt: row.created_at,
    updatedAt: Math.max(row.created_at, row.updated_at),
  }
}

/** The built-in list with the changes of admins. */
export function chainDirectory(database: Database<{ chains: ChainStore }>) {
  const cache = liveCache<'all', readonly Chain[]>({
    database,
    topic: () => 'chains',
    max: 1,
    async load() {
      const rows = await database.read(({ chains }) => chains.all())
      const changed = new Set(rows.map(row => row.chain_id))
      const untouched = registeredChains().filter(chain => !changed.has(chain.chainId))
      return [...untouched, ...rows.filter(row => !row.is_removed).map(stored)].sort(byOrder)
    },
  })
  const all = () => cache.get('all')

  return {
    all,

    /** By name, chain id or UUID; disabled ones are not found. @throws Problem `resource.unknown` */
    async find(identifier: string): Promise<Chain> {
      const chain = (await all()).find(each => isNamed(each, identifier))
      if (!chain?.isEnabled) throw new Problem('resource.unknown', 'There is no chain with this name or id.')
      return chain
    },

    async byChainId(chainId: number): Promise<Chain | undefined> {
      return (await all()).find(chain => chain.chainId === chainId)
    },
  }
}

/** Whether an identifier names this chain: one of its names, its chain id or its UUID. */
export function isNamed({ name, chainId, id }: Pick<Chain, 'name' | 'chainId' | 'id'>, identifier: string): boolean {
  const word = identifier.trim().toLowerCase()
  return word === name || word === String(chainId) || word === id || (Object.hasOwn(ALIASES, word) && ALIASES[word] === name)
}

/** Mainnets first, in the order of their ids. */
function byOrder(a: Chain, b: Chain): number {
  return Number(a.isTestnet) - Number(b.isTestnet) || a.chainId - b.chainId
}
