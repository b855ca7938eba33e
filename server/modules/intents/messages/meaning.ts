import { type Approval, isUnlimited } from '../calldata/approvals.ts'
import type { TypedData, TypedValue } from './typed-data.ts'

type Struct = { readonly [field: string]: TypedValue }

/** The permissions that typed data grants, read only from its own fields. */
export interface Meaning {
  /** One sentence; tokens by their address. */
  readonly text: string
  /** Everyone who receives something or can take it; EIP-55. */
  readonly parties: readonly string[]
  readonly unlimited: boolean
  /** Amounts of the signing account's tokens, in addition to unlimited ones. */
  readonly approvals: readonly Approval[]
  /** The first to come can take it. */
  readonly anybody: boolean
  /** In the native unit, wei. */
  readonly value: bigint
  /** Calls that it makes. */
  readonly calldata: readonly string[]
  /** Whether its kind is known. */
  readonly known: boolean
}

type Reading = Pick<Meaning, 'text'> & Partial<Meaning>

/** Fields that name a recipient or spender, in typed data of any kind. */
const PARTY =
  /^(to|recipients?|receivers?|beneficiary|destination|spenders?|operators?|delegates?|delegatee|grantee|target|payee|taker|guy)$/i

/** The known kinds, by the name of their type. The name is part of what is signed, so no other type can pass for one of them. */
const KINDS: Readonly<Record<string, (message: Struct, token: string) => Reading>> = {
  // EIP-2612, DAI's older form, and ERC-4494 for collectibles.
  Permit: permit,
  // EIP-3009
  TransferWithAuthorization: authorized,
  ReceiveWithAuthorization: authorized,
  CancelAuthorization: () => ({ text: 'Cancel an authorized transfer.', parties: [] }),
  // Permit2
  PermitSingle: permit2,
  PermitBatch: permit2,
  PermitTransferFrom: permit2Transfer,
  PermitBatchTransferFrom: permit2Transfer,
  PermitWitnessTransferFrom: permit2Transfer,
  PermitBatchWitnessTransferFrom: permit2Transfer,
  // Seaport
  OrderComponents: () => ({ text: 'Offer what an order lists to anybody who fulfils it.', anybody: true }),
  BulkOrder: () => ({ text: 'Offer what many orders list to anybody who fulfils one.', anybody: true }),
  // CoW Protocol, 1inch, 0x
  Order: ({ sellToken, sellAmount, makerAsset, makingAmount, makerToken, makerAmount }) => ({
    text: `Offer ${amount(sellAmount ?? makingAmount ?? makerAmount)} of ${words(sellToken ?? makerAsset ?? makerToken)} to anybody who fulfils the order.`,
    anybody: true,
  }),
  // Safe
  SafeTx: message => ({
    text: `Approve a transaction of a Safe: call ${words(message['to'])} with ${amount(message['value'])} wei.`,
    value: integer(message['value']),
  }),
  // ERC-2771 forwarders
  ForwardRequest: message => ({
    text: `Have a forwarder call ${words(message['to'])} with ${amount(message['value'])} wei.`,
    value: integer(message['value']),
  }),
}

/** Reads what typed data permits. */
export function meaningOf({ primaryType, domain, message }: TypedData): Meaning {
  const token = words(domain['verifyingContract'] ?? 'a contract that is not named')
  const reading = Object.hasOwn(KINDS, primaryType) ? KINDS[primaryType]?.(message, token) : undefined
  const found = [...walk(message)]
  return {
    text: reading?.text ?? `Sign ${primaryType} for ${domainOf(domain)}.`,
    parties: [...new Set(found.flatMap(({ name, value }) => (PARTY.test(name) && isAddress(value) ? [value] : [])))],
    unlimited: reading?.unlimited ?? false,
    approvals: (reading?.approvals ?? []).filter(({ amount: approved }) => approved > 0n),
    anybody: reading?.anybody ?? false,
    value: reading?.value ?? 0n,
    calldata: found.flatMap(({ value }) => (typeof value === 'string' && /^0x[0-9a-f]{8,}$/.test(value) ? [value] : [])),
    known: reading !== undefined,
  }
}

/** `name@0xcontract`, or as much of it as the domain contains. */
export function domainOf({ name, verifyingContract }: TypedData['domain']): string {
  const contract = typeof verifyingContract === 'string' ? `@${verifyingContract}` : ''
  return `${typeof name === 'string' ? name : ''}${contract}` || 'a domain without a name'
}

function permit(message: Struct, token: string): Reading {
  const spender = words(message['spender'])
  if (message['allowed'] !== undefined) {
    const text = message['allowed']
      ? `Let ${spender} spend an unlimited amount of ${token}.`
      : `Let ${spender} spend nothing of ${token} any more.`
    return { text, unlimited: message['allowed'] === true }
  }
  if (message['tokenId'] !== undefined) return { text: `Let ${spender} move number ${amount(message['tokenId'])} of ${token}.` }
  const value = integer(message['value'])
  const unlimited = isUnlimited(value)
  const approvals = [approvalOf(value, token)]
  return {
    text: `Let ${spender} spend ${unlimited ? 'an unlimited amount' : `${value} base units`} of ${token}.`,
    unlimited,
    approvals,
  }
}

function authorized(message: Struct, token: string): Reading {
  return { text: `Send ${amount(message['value'])} base units of ${token} to ${words(message['to'])}.` }
}

function permit2(message: Struct): Reading {
  const details = listOf(message['details'])
  const unlimited = details.some(each => isUnlimited(integer(each['amount'])))
  const what = details.map(each => `${limitText(integer(each['amount']))} of ${words(each['token'])}`).join(', ')
  return {
    text: `Let ${words(message['spender'])} spend ${what || 'nothing'} through Permit2.`,
    unlimited,
    approvals: details.map(granted),
  }
}

function permit2Transfer(message: Struct): Reading {
  const permitted = listOf(message['permitted'])
  const unlimited = permitted.some(each => isUnlimited(integer(each['amount'])))
  const what = permitted.map(each => `${limitText(integer(each['amount']))} of ${words(each['token'])}`).join(', ')
  return {
    text: `Let ${words(message['spender'])} take ${what || 'nothing'} once through Permit2.`,
    unlimited,
    approvals: permitted.map(granted),
  }
}

const granted = ({ token, amount: approved }: Struct) => approvalOf(integer(approved), words(token))

function approvalOf(approved: bigint, token: string): Approval {
  return { amount: approved, measure: isAddress(token) ? { token } : undefined }
}

function limitText(value: bigint): string {
  return isUnlimited(value) ? 'an unlimited amount' : `${value} base units`
}

/** One struct or a list of them. */
function listOf(value: TypedValue | undefined): readonly Struct[] {
  return ([value].flat() as unknown[]).filter((each): each is Struct => typeof each === 'object' && each !== null)
}

function integer(value: TypedValue | undefined): bigint {
  return typeof value === 'bigint' ? value : 0n
}

function amount(value: TypedValue | undefined): string {
  return String(integer(value))
}

/** Text from others must not look like ours. */
function words(value: TypedValue | undefined): string {
  if (isAddress(value)) return value
  return typeof value === 'string' ? JSON.stringify(value.slice(0, 64)) : 'somebody who is not named'
}

function isAddress(value: TypedValue | undefined): value is `0x${string}` {
  return typeof value === 'string' && /^0x[0-9a-fA-F]{40}$/.test(value)
}

/** Every value that is not a struct or list, with the name of its field. */
function* walk(value: TypedValue, name = ''): Generator<{ name: string; value: TypedValue }> {
  if (Array.isArray(value)) for (const each of value) yield* walk(each as TypedValue, name)
  else if (typeof value === 'object') for (const [field, each] of Object.entries(value)) yield* walk(each as TypedValue, field)
  else yield { name, value }
}
