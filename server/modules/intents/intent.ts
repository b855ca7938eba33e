import { getAddress, isAddress } from 'viem/utils'
import type { signTransaction } from '../../../src/contract/intents/transactions.ts'
import type { BodyOf } from '../../../src/contract/schema/endpoint.ts'
import { invalidField } from '../../http/checks.ts'
import type { CanonicalPath } from '../../policy/grant.ts'
import { weiOf } from './amounts.ts'
import type { Chain, Chains } from './ports.ts'

type Address = `0x${string}`
type Hex = `0x${string}`

/** The requested transaction, checked; amounts in wei. */
export interface Intent {
  readonly chain: Chain
  /** EIP-55; null when a contract is created. */
  readonly to: Address | null
  readonly value: bigint
  readonly data: Hex
  readonly keyPath: CanonicalPath
  readonly vaultId: string | undefined
  readonly gasLimit: bigint | undefined
}

/** The requested fees per unit of gas. */
export type WantedFee =
  | { readonly kind: 'legacy'; readonly gasPrice: bigint }
  | { readonly kind: 'eip1559'; readonly maxFee: bigint | undefined; readonly maxPriorityFee: bigint | undefined }
  | undefined

export interface SigningIntent extends Intent {
  readonly nonce: number | undefined
  readonly fee: WantedFee
  readonly simulateFirst: boolean
}

type Body = BodyOf<typeof signTransaction>
type BareBody = Pick<Body, 'to' | 'value' | 'chain' | 'data' | 'signing_key_path' | 'vault_id' | 'gas_limit'>

/** @throws Problem `request.invalid` with the field at fault; `prefix` comes before its name. */
export async function intentOf(chains: Chains, agentId: string, body: BareBody, prefix = ''): Promise<Intent> {
  const chain = await chainOf(chains, body.chain, `${prefix}chain`)
  const data = (body.data ?? '0x').toLowerCase() as Hex
  const to = recipient(body.to, data, prefix)
  return {
    chain,
    to,
    value: weiOf(`${prefix}value`, body.value),
    data,
    keyPath: keyPathOf(body.signing_key_path ?? `keys/${chain.name}-signer`, agentId, `${prefix}signing_key_path`),
    vaultId: body.vault_id?.toLowerCase(),
    gasLimit: body.gas_limit === undefined ? undefined : BigInt(body.gas_limit),
  }
}

export async function signingIntentOf(chains: Chains, agentId: string, body: Body): Promise<SigningIntent> {
  return {
    ...(await intentOf(chains, agentId, body)),
    nonce: body.nonce,
    fee: feeOf(body),
    simulateFirst: body.simulate_first ?? false,
  }
}

/** @throws Problem `request.invalid` for a chain that is unknown or disabled. */
export async function chainOf(chains: Chains, identifier: string, field: string): Promise<Chain> {
  return chains.find(identifier).catch(error => {
    throw error?.code === 'resource.unknown' ? invalidField(field, 'is not a chain that is enabled here') : error
  })
}

function recipient(to: string | null, data: Hex, prefix: string): Address | null {
  if (to === null) {
    if (data === '0x') throw invalidField(`${prefix}data`, 'is needed to create a contract')
    return null
  }
  if (!/^0x[0-9a-fA-F]{40}$/.test(to)) throw invalidField(`${prefix}to`, 'must be an address: 0x and 40 hexadecimal digits')
  const isPlain = to === to.toLowerCase() || to.slice(2) === to.slice(2).toUpperCase()
  if (!isPlain && !isAddress(to, { strict: true })) {
    throw invalidField(`${prefix}to`, 'has a wrong checksum (EIP-55); one of its characters is mistyped')
  }
  return getAddress(to.toLowerCase())
}

/** `keys/*`, `wallets/*` and the agent's own `agents/{id}/keys/*`, where `*` is one segment. */
export function keyPathOf(path: string, agentId: string, field: string): CanonicalPath {
  const [first, second, third, ...rest] = path.split('/')
  const isShared = (first === 'keys' || first === 'wallets') && second !== undefined && third === undefined
  const isOwn = first === 'agents' && second === agentId && third === 'keys' && rest.length === 1
  if (isShared || isOwn) return path as CanonicalPath
  throw invalidField(field, 'must be keys/*, wallets/* or agents/{own id}/keys/*')
}

function feeOf({ gas_price, max_fee_per_gas, max_priority_fee_per_gas }: Body): WantedFee {
  if (gas_price !== undefined) {
    if (max_fee_per_gas !== undefined || max_priority_fee_per_gas !== undefined) {
      throw invalidField('gas_price', 'cannot be combined with max_fee_per_gas and max_priority_fee_per_gas')
    }
    return { kind: 'legacy', gasPrice: BigInt(gas_price) }
  }
  if (max_fee_per_gas === undefined && max_priority_fee_per_gas === undefined) return undefined
  const maxFee = max_fee_per_gas === undefined ? undefined : BigInt(max_fee_per_gas)
  const maxPriorityFee = max_priority_fee_per_gas === undefined ? undefined : BigInt(max_priority_fee_per_gas)
  if (maxFee !== undefined && maxPriorityFee !== undefined && maxPriorityFee > maxFee) {
    throw invalidField('max_priority_fee_per_gas', 'must not be more than max_fee_per_gas')
  }
  return { kind: 'eip1559', maxFee, maxPriorityFee }
}
