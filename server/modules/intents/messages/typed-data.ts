import { getAddress, hashTypedData } from 'viem/utils'
import { invalidField } from '../../../http/checks.ts'

type Hex = `0x${string}`

interface Field {
  readonly name: string
  readonly type: string
}

type Types = Readonly<Record<string, readonly Field[]>>

/** A canonical value of typed data: integers as bigints, addresses by EIP-55, and no fields that its type does not name. */
export type TypedValue = bigint | string | boolean | readonly TypedValue[] | { readonly [field: string]: TypedValue }

/** Typed data as it will be signed, and its EIP-712 hash. */
export interface TypedData {
  readonly primaryType: string
  readonly types: Types
  /** Only what is part of the hash: a name that the domain's type leaves out protects nothing. */
  readonly domain: { readonly [field: string]: TypedValue }
  readonly message: { readonly [field: string]: TypedValue }
  readonly hash: Hex
}

/** Brackets, commas and spaces in a name could make one type look like another in the hashed text. */
const NAME = /^[A-Za-z_$][A-Za-z0-9_$:]*$/
const ARRAY = /^(.*)\[(\d*)\]$/
const INTEGER = /^(u?)int(\d{0,3})$/
const BYTES = /^bytes(\d{0,2})$/
const MAX_DEPTH = 16
const MAX_VALUES = 10_000

const DOMAIN: readonly Field[] = [
  { name: 'name', type: 'string' },
  { name: 'version', type: 'string' },
  { name: 'chainId', type: 'uint256' },
  { name: 'verifyingContract', type: 'address' },
  { name: 'salt', type: 'bytes32' },
]

/** @throws Problem `request.invalid` naming the wrong field, for a value that is not typed data (EIP-712) */
export function typedDataOf(sent: Readonly<Record<string, unknown>>): TypedData {
  const types = typesOf(sent['types'])
  const domainSent = objectOf(sent['domain'] ?? {}, 'domain')
  const domainType =
    (Object.hasOwn(types, 'EIP712Domain') ? types['EIP712Domain'] : undefined) ??
    DOMAIN.filter(({ name }) => domainSent[name] !== undefined)
  for (const { name, type } of domainType)
    if (!DOMAIN.some(known => known.name === name && known.type === type))
      throw invalid(`types.EIP712Domain`, `has the field ${name}, which EIP-712 does not know`)
  const all = { ...types, EIP712Domain: domainType }
  const primaryType = sent['primaryType']
  if (typeof primaryType !== 'string' || primaryType === 'EIP712Domain' || !Object.hasOwn(types, primaryType))
    throw invalid('primaryType', 'must name one of the types')
  const read = reader(all)
  const domain = read('EIP712Domain', domainSent, 'domain') as TypedData['domain']
  const message = read(primaryType, sent['message'], 'message') as TypedData['message']
  const hash = hashTypedData({ domain, types: all, primaryType, message } as never)
  return { primaryType, types: all, domain, message, hash }
}

function typesOf(sent: unknown): Record<string, readonly Field[]> {
  const types = objectOf(sent, 'types')
  return Object.fromEntries(
    Object.entries(types).map(([name, fields]) => {
      if (!NAME.test(name) || isAtomic(name))
        throw invalid('types', `has ${JSON.stringify(name)}, which is not a valid type name`)
      if (!Array.isArray(fields)) throw invalid(`types.${name}`, 'must be a list of fields')
      return [name, fields.map((field, index) => fieldOf(field, `types.${name}[${index}]`))]
    }),
  )
}

function fieldOf(sent: unknown, path: string): Field {
  const { name, type } = objectOf(sent, path)
  if (typeof name !== 'string' || !NAME.test(name)) throw invalid(`${path}.name`, 'must be a plain name')
  if (typeof type !== 'string' || !NAME.test(type.replace(/(\[\d*\])*$/, ''))) throw invalid(`${path}.type`, 'must be a type')
  return { name, type }
}

/** Reads a value of a type, within limits that no real typed data reaches. */
function reader(types: Types) {
  let values = 0
  const read = (type: string, sent: unknown, path: string, depth = 0): TypedValue => {
    if (++values > MAX_VALUES || depth > MAX_DEPTH) throw invalid(path, 'is part of typed data that is too large')
    const [, inner, length] = ARRAY.exec(type) ?? []
    if (inner !== undefined) {
      if (!Array.isArray(sent) || (length !== '' && sent.length !== Number(length)))
        throw invalid(path, `must be a list (${type})`)
      return sent.map((each, index) => read(inner, each, `${path}[${index}]`, depth + 1))
    }
    const fields = Object.hasOwn(types, type) ? types[type] : undefined
    if (!fields) return atomOf(type, sent, path)
    const object = objectOf(sent, path)
    return Object.fromEntries(
      fields.map(field => [field.name, read(field.type, object[field.name], `${path}.${field.name}`, depth + 1)]),
    )
  }
  return read
}

function isAtomic(type: string): boolean {
  return ['address', 'bool', 'string'].includes(type) || INTEGER.test(type) || BYTES.test(type)
}

function atomOf(type: string, sent: unknown, path: string): TypedValue {
  if (type === 'string' && typeof sent === 'string') return sent
  if (type === 'bool' && typeof sent === 'boolean') return sent
  if (type === 'address' && typeof sent === 'string' && /^0x[0-9a-fA-F]{40}$/.test(sent)) return getAddress(sent.toLowerCase())
  const [, unsigned, bits] = INTEGER.exec(type) ?? []
  if (bits !== undefined) return integerOf(sent, { signed: unsigned === '', bits: Number(bits || 256) }, path)
  const [, size] = BYTES.exec(type) ?? []
  if (size !== undefined) return bytesOf(sent, size === '' ? undefined : Number(size), path)
  throw invalid(path, isAtomic(type) ? `must be of the type ${type}` : `is of the type ${type}, which is not known`)
}

/** A JSON number beyond 2^53 has lost digits in transit. */
function integerOf(sent: unknown, { signed, bits }: { signed: boolean; bits: number }, path: string): bigint {
  const isNumber = Number.isSafeInteger(sent)
  const isText = typeof sent === 'string' && /^(-?\d{1,78}|0x[0-9a-fA-F]{1,64})$/.test(sent)
  if (!isNumber && !isText) throw invalid(path, 'must be an integer; write a large one as a string')
  const value = BigInt(sent as string | number)
  const [least, most] = signed ? [-(2n ** BigInt(bits - 1)), 2n ** BigInt(bits - 1) - 1n] : [0n, 2n ** BigInt(bits) - 1n]
  if (value < least || value > most) throw invalid(path, `does not fit into ${signed ? 'int' : 'uint'}${bits}`)
  return value
}

function bytesOf(sent: unknown, size: number | undefined, path: string): string {
  if (typeof sent !== 'string' || !/^0x([0-9a-fA-F]{2})*$/.test(sent) || (size !== undefined && sent.length !== 2 + 2 * size))
    throw invalid(path, `must be ${size === undefined ? '' : `${size} `}bytes in hexadecimal digits after 0x`)
  return sent.toLowerCase()
}

function objectOf(sent: unknown, path: string): Record<string, unknown> {
  if (typeof sent === 'object' && sent !== null && !Array.isArray(sent)) return sent as Record<string, unknown>
  throw invalid(path, 'must be an object')
}

function invalid(path: string, message: string) {
  return invalidField(`typed_data.${path}`, message)
}
