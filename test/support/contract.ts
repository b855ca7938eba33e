import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ROOT } from './house/files.ts'

/**
 * A type as the contract writes it: a name such as `uuid`, choices such as `a
 * b`, a list of one type, or fields by name.
 */
export type ContractType = string | readonly [ContractType] | { readonly [field: string]: ContractType }

/** One operation that existing clients call: field names with `?` can be left out. */
export interface ContractOperation {
  readonly method: string
  readonly path: string
  readonly auth: 'none' | 'user' | 'agent' | 'any'
  readonly query?: Readonly<Record<string, ContractType>>
  readonly request?: Readonly<Record<string, ContractType>>
  readonly request_optional?: boolean
  /** Reply by status. */
  readonly success: Readonly<Record<string, ContractType>>
  readonly problems: readonly number[]
}

/** The operations that existing clients rely on. */
export function contractOperations(): ContractOperation[] {
  return JSON.parse(readFileSync(join(ROOT, 'test/golden/contract-core.json'), 'utf8')) as ContractOperation[]
}

/** `name?` → the name, and whether it can be left out. */
export function fieldOf(written: string): { name: string; optional: boolean } {
  return { name: written.replace(/\?$/, ''), optional: written.endsWith('?') }
}

/** Values for fields whose type alone is not enough. */
const BY_FIELD: Readonly<Record<string, unknown>> = {
  token_ttl_seconds: 600,
  fingerprint: 'ab'.repeat(32),
  new_fingerprint: 'ab'.repeat(32),
  tx_to_allowlist: ['0x00000000219ab540356cBB839Cbe05303d7705Fa'],
  tx_max_value_eth: '0.5',
  tx_daily_limit_eth: '1.5',
  permissions: ['read'],
  value: '0.25',
  data: '0x00',
  gas_limit: 21_000,
  gas_price: '1000000000',
  max_fee_per_gas: '1000000000',
  max_priority_fee_per_gas: '1',
  role: 'member',
  applies_to: 'all',
  chain_id: 31337,
  length: 64,
  amount_usd: 25,
  limit: '50',
  offset: '10',
  type: 'generic',
  conditions: {
    ip_allowlist: ['10.0.0.0/8'],
    time_window: { after: '09:00', before: '17:00', timezone: 'Europe/Berlin', days: ['mon'] },
  },
}

const BY_TYPE: Readonly<Record<string, unknown>> = {
  string: 'text',
  password: 'correct horse battery staple 42',
  email: 'somebody@example.com',
  uuid: '3f2504e0-4f89-41d3-9a0c-0305e82c3301',
  uri: 'https://example.com/x',
  'date-time': '2030-01-01T12:00:00+02:00',
  integer: 1,
  boolean: true,
  object: { any: 'thing' },
  null: null,
}

/** Every value of the type that a client can send: all of the choices, otherwise one. */
export function valuesOf(field: string, type: ContractType): unknown[] {
  if (field in BY_FIELD && !isChoice(type)) return [BY_FIELD[field]]
  if (typeof type !== 'string')
    return [Array.isArray(type) ? valuesOf(field, type[0]) : sampleOf(type as Record<string, ContractType>)]
  const [bare = ''] = type.split(' ')
  return isChoice(type) ? bare.split('|') : bare.split('|').map(name => BY_TYPE[name])
}

function sampleOf(fields: Readonly<Record<string, ContractType>>): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(fields).map(([written, type]) => {
      const { name } = fieldOf(written)
      return [name, valuesOf(name, type)[0]]
    }),
  )
}

function isChoice(type: ContractType): boolean {
  return typeof type === 'string' && type.includes('|') && !/^\w+\|null$/.test(type)
}
