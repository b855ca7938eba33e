import type { EndpointSpec } from '../../../../src/contract/schema/endpoint.ts'
import { PRICES, type Price } from '../../../../src/contract/schema/prices.ts'
import { Problem } from '../../../../src/problem.ts'
import { microsOf } from '../money.ts'
import type { X402Settings } from '../settings.ts'

/** The EIP-3009 token to pay in. One dollar is a million of its smallest units. */
interface Asset {
  readonly asset: string
  readonly name: string
  readonly version: string
}

/** The price of one request, in both versions of the protocol. */
export interface Terms {
  /** In the smallest unit of the asset. */
  readonly amount: string
  readonly resource: string
  readonly description: string
  readonly v1: RequirementV1
  readonly v2: RequirementV2
}

export interface RequirementV1 {
  readonly scheme: 'exact'
  readonly network: string
  readonly maxAmountRequired: string
  readonly resource: string
  readonly description: string
  readonly mimeType: string
  readonly payTo: string
  readonly maxTimeoutSeconds: number
  readonly asset: string
  readonly extra: { readonly name: string; readonly version: string }
}

export interface RequirementV2 {
  readonly scheme: 'exact'
  /** CAIP-2. */
  readonly network: `${string}:${string}`
  readonly asset: string
  readonly amount: string
  readonly payTo: string
  readonly maxTimeoutSeconds: number
  readonly extra: { readonly name: string; readonly version: string }
}

export const MAX_TIMEOUT_SECONDS = 60
const MIME_TYPE = 'application/json'
const CAIP = /^eip155:(\d+)$/
const SIX_DECIMALS = 6

/** The protocol's names, loaded with the first price: they import a library for EVM chains. */
const names = async () => (await import('@x402/evm/v1')).EVM_NETWORK_CHAIN_ID_MAP as Readonly<Record<string, number>>

/**
 * The names of a network in both versions of the protocol. The setting is `base` or `eip155:8453`. A chain without a name in the first
 * version keeps its CAIP-2 name.
 */
async function networkOf(setting: string): Promise<{ v1: string; v2: `${string}:${string}` }> {
  const known = await names()
  const chainId = CAIP.exec(setting)?.[1]
  if (chainId === undefined) {
    if (known[setting] === undefined) throw unusable(setting)
    return { v1: setting, v2: `eip155:${known[setting]}` }
  }
  const name = Object.entries(known).find(([, id]) => String(id) === chainId)?.[0]
  return { v1: name ?? setting, v2: `eip155:${chainId}` }
}

/** The configured token, or the protocol's default dollar token on the network. */
async function assetOf({ asset: own }: X402Settings, network: `${string}:${string}`): Promise<Asset> {
  if (own !== undefined) {
    const [asset = '', name = '', version = ''] = own.split(',')
    return { asset, name, version }
  }
  const { getDefaultAsset } = await import('@x402/evm')
  const found = optional(() => getDefaultAsset(network))
  if (found?.decimals !== SIX_DECIMALS) throw unusable(network)
  return found
}

/**
 * How to pay this price for a request.
 * @throws Problem `feature.unconfigured` for a network without a known token
 */
export async function termsOf(price: Price, resource: string, settings: X402Settings): Promise<Terms> {
  const network = await networkOf(settings.network)
  const { asset, name, version } = await assetOf(settings, network.v2)
  const amount = String(microsOf(PRICES[price].x402Usd))
  const description = PRICES[price].title
  const common = {
    scheme: 'exact',
    payTo: settings.payTo,
    asset,
    maxTimeoutSeconds: MAX_TIMEOUT_SECONDS,
    extra: { name, version },
  } as const
  return {
    amount,
    resource,
    description,
    v1: { ...common, network: network.v1, maxAmountRequired: amount, resource, description, mimeType: MIME_TYPE },
    v2: { ...common, network: network.v2, amount },
  }
}

/** The package cannot say whether it knows a network. */
function optional<T>(look: () => T): T | undefined {
  try {
    return look()
  } catch {
    return undefined
  }
}

function unusable(network: string): Problem {
  return new Problem('feature.unconfigured', `No payment token is known for the network ${network}; set billing.x402_asset.`)
}

/** The body of a 402 in the first version of the protocol. */
export function offerV1(terms: Terms, error: string, description: string) {
  return { x402Version: 1, error, accepts: [terms.v1], description }
}

/** The `PAYMENT-REQUIRED` header of a 402 in the second version. */
export async function offerV2(terms: Terms, error: string): Promise<string> {
  const { encodePaymentRequiredHeader } = await import('@x402/core/http')
  const resource = { url: terms.resource, description: terms.description, mimeType: MIME_TYPE }
  return encodePaymentRequiredHeader({ x402Version: 2, error, resource, accepts: [terms.v2] })
}

export const isPriced = (endpoint: EndpointSpec): endpoint is EndpointSpec & { readonly price: Price } =>
  endpoint.price !== undefined
