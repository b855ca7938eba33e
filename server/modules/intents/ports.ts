import type { Rpc } from '../../http/json-rpc.ts'
import type { CanonicalPath } from '../../policy/grant.ts'

/** A grant for an action on an agent. */
export interface OfAgent {
  readonly orgId: string
  readonly resource: { readonly agentId: string }
}

/** The fields of a chain on which transactions depend. */
export interface Chain {
  readonly id: string
  readonly name: string
  readonly displayName: string
  readonly chainId: number
  readonly rpcUrls: readonly string[]
  /** The time limit for one reply of a node, if it differs from the default. */
  readonly rpcTimeoutMs?: number
  readonly explorerUrl: string | undefined
  readonly currency: string
  /** Whether it is a built-in chain, identified by its id. */
  readonly isRegistered: boolean
}

export interface Chains {
  /** An enabled chain by name, chain id or UUID. @throws Problem `resource.unknown` */
  find(identifier: string): Promise<Chain>
  /** A chain in any state; undefined if it was removed. */
  byChainId(chainId: number): Promise<Chain | undefined>
  /** Whether an identifier names this chain. */
  isNamed(chain: Chain, identifier: string): boolean
  rpc(chain: Chain): Rpc
}

/** A usable private key, by reference: its newest version at the time it was found. */
export interface SigningKey {
  readonly vaultId: string
  readonly path: CanonicalPath
  readonly secretId: string
  readonly version: number
  /** EIP-55. */
  readonly address: `0x${string}`
  /** Whether each use counts against a limit of the secret. */
  readonly isCounted: boolean
}

/** The price of one request to this server (x402, version 2), in an EIP-3009 token. */
export interface PaymentTerms {
  readonly scheme: 'exact'
  /** CAIP-2. */
  readonly network: `${string}:${string}`
  readonly asset: string
  /** In the smallest unit of the asset. */
  readonly amount: string
  readonly payTo: string
  readonly maxTimeoutSeconds: number
  readonly extra: { readonly name: string; readonly version: string }
}

/**
 * The terms of a price of this server; undefined if nothing here has that price.
 * @throws Problem `feature.unconfigured`
 */
export type PaymentTermsOf = (amount: string) => Promise<PaymentTerms | undefined>
