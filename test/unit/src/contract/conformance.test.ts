import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { endpoints } from '../../../../src/contract/all.ts'
import type { Auth, EndpointSpec } from '../../../../src/contract/schema/endpoint.ts'
import { type ContractOperation, type ContractType, contractOperations, fieldOf, valuesOf } from '../../../support/contract.ts'

/** Operations of the contract that do not exist yet. When you add one, remove it from this list. */
const AWAITED = [
  'POST /v1/vaults/{vault_id}/cmek',
  'DELETE /v1/vaults/{vault_id}/cmek',
  'POST /v1/vaults/{vault_id}/cmek-rotate',
  'GET /v1/vaults/{vault_id}/cmek-rotate/{job_id}',
  'GET /v1/billing/usage',
  'GET /v1/billing/history',
  'POST /v1/billing/subscribe',
  'POST /v1/billing/portal',
  'GET /v1/billing/subscription',
  'POST /v1/billing/credits/topup',
  'GET /v1/billing/credits/balance',
  'GET /v1/billing/credits/transactions',
  'PATCH /v1/billing/overage-method',
  'POST /v1/billing/webhooks',
  'POST /v1/admin/usage/reset',
  'POST /v1/admin/usage/reset-for-user',
  'GET /.well-known/x402',
  'GET /metrics',
]

/** Fields that clients can do without: shared custody, smart accounts, prices; and one that no reply can ever have. */
const LEFT_OUT = /^(mpc_\w+|client_share|smart_accounts|refresh_token|gas_estimate_usd|current_month_requests)$/

const AUTH: Record<ContractOperation['auth'], readonly Auth[]> = {
  none: ['public', 'optional', 'optional-user'],
  user: ['user'],
  agent: ['agent'],
  any: ['user-or-agent'],
}

const operations = contractOperations().map(operation => ({ ...operation, name: `${operation.method} ${operation.path}` }))
const find = ({ method, path }: ContractOperation): EndpointSpec | undefined =>
  (endpoints as readonly EndpointSpec[]).find(endpoint => endpoint.method === method && endpoint.path === path)
const built = operations.flatMap(operation => {
  const endpoint = find(operation)
  return endpoint ? [{ ...operation, endpoint }] : []
})

it('the contract has every operation that clients call, except planned ones', () => {
  const missing = operations.filter(operation => !find(operation)).map(({ name }) => name)
  expect(missing.filter(name => !AWAITED.includes(name))).toEqual([])
})

describe.each(built)('$name', ({ endpoint, auth, query, request, request_optional, success }) => {
  it('is open to the same callers', () => {
    expect(AUTH[auth]).toContain(endpoint.auth)
  })

  it('accepts what clients send', () => {
    for (const sent of requestsOf(request ?? {})) expect(faults(endpoint.body, sent)).toEqual([])
    if (request_optional) expect(endpoint.bodyOptional).toBe(true)
  })

  it('accepts every field they send', () => {
    const known = Object.keys(endpoint.body?.shape ?? {})
    expect(
      Object.keys(request ?? {})
        .map(name => fieldOf(name).name)
        .filter(name => !known.includes(name) && !LEFT_OUT.test(name)),
    ).toEqual([])
  })

  it('accepts the queries they send', () => {
    const { properties = {}, required = [] } = schemaOf(endpoint.query ?? z.object({}))
    for (const { name, optional } of Object.keys(query ?? {}).map(fieldOf)) {
      expect(Object.keys(properties)).toContain(name)
      if (optional) expect(required).not.toContain(name)
    }
  })

  it('returns the same status', () => {
    const statuses = Object.keys(success)
    if (statuses.length > 0) expect(statuses).toContain(String(endpoint.status))
  })

  it('returns every field they read', () => {
    const [reply] = Object.values(success)
    expect(missingFrom(endpoint.reply ? schemaOf(endpoint.reply) : {}, reply ?? {})).toEqual([])
  })
})

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
}

function schemaOf(type: z.ZodType): JsonSchema {
  return z.toJSONSchema(type, { io: 'output' }) as JsonSchema
}

/** The least and the most that a client can send, and each choice of each field. */
function requestsOf(fields: Readonly<Record<string, ContractType>>): Record<string, unknown>[] {
  const all = Object.entries(fields)
    .map(([written, type]) => ({ ...fieldOf(written), type }))
    .filter(({ name }) => !LEFT_OUT.test(name))
  const bodyOf = (some: typeof all) => Object.fromEntries(some.map(({ name, type }) => [name, valuesOf(name, type)[0]]))
  const most = bodyOf(all)
  const choices = all.flatMap(({ name, type }) => valuesOf(name, type).map(value => ({ ...most, [name]: value })))
  return [bodyOf(all.filter(({ optional }) => !optional)), most, ...choices]
}

function faults(body: z.ZodObject | undefined, sent: Record<string, unknown>): string[] {
  const outcome = (body ?? z.object({})).safeParse(sent)
  return outcome.success ? [] : outcome.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
}

/** Fields of the contract's reply that the schema lacks, makes optional although clients rely on them, or defines with another type. */
function missingFrom(schema: JsonSchema, expected: ContractType, path = ''): string[] {
  if (Array.isArray(expected)) return missingFrom(schema.items ?? {}, expected[0] as ContractType, `${path}[]`)
  if (typeof expected === 'string') return typeFault(schema, expected, path)
  return Object.entries(expected as Record<string, ContractType>).flatMap(([written, type]) => {
    const { name, optional } = fieldOf(written)
    if (LEFT_OUT.test(name)) return []
    const inner = schema.properties?.[name]
    if (!inner) return [`${path}.${name} is missing`]
    const absent = !optional && !schema.required?.includes(name) ? [`${path}.${name} may be missing`] : []
    return [...absent, ...missingFrom(inner, type, `${path}.${name}`)]
  })
}

function typeFault({ type }: JsonSchema, expected: string, path: string): string[] {
  const [bare = ''] = expected.split(' ')
  const wanted = bare === 'int64' ? 'integer' : (/^(integer|boolean|object)\b/.exec(bare)?.[1] ?? 'string')
  return [type].flat().includes(wanted) ? [] : [`${path} is ${String(type)} where clients expect ${expected}`]
}
