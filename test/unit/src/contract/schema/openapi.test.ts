import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { describe, expect, it } from 'vitest'
import { endpoints } from '../../../../../src/contract/all.ts'
import { type OpenapiOperation, openapiDocument } from '../../../../../src/contract/schema/openapi.ts'

const document = openapiDocument('1.2.3')

interface Listed {
  readonly path: string
  readonly method: string
  readonly operation: OpenapiOperation
}

const operations: Listed[] = Object.entries(document.paths).flatMap(([path, methods]) =>
  Object.entries(methods).map(([method, operation]) => ({ path, method, operation })),
)

const operationOf = (id: string): OpenapiOperation => {
  const found = operations.find(({ operation }) => operation.operationId === id)
  if (!found) throw new Error(`no operation ${id}`)
  return found.operation
}

/** Every value under a key, at any depth. */
function under(value: unknown, key: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([name, inner]) => (name === key ? [inner] : under(inner, key)))
}

const ajv = new Ajv2020({ strict: false })
addFormats.default(ajv)
ajv.addSchema(document, 'openapi')

/** Compiles the schema at a JSON pointer; its references are resolved in the whole document. */
function validator(...pointer: string[]): ValidateFunction {
  const escaped = pointer.map(part => encodeURIComponent(part.replaceAll('~', '~0').replaceAll('/', '~1')))
  return ajv.compile({ $ref: `openapi#/${escaped.join('/')}` })
}

describe('the document', () => {
  it('has every operation of the table once, under its method and path', () => {
    const listed = operations.map(({ path, method, operation }) => `${operation.operationId} ${method.toUpperCase()} ${path}`)
    expect(listed.toSorted()).toEqual(endpoints.map(({ id, method, path }) => `${id} ${method} ${path}`).toSorted())
    expect(new Set(endpoints.map(endpoint => endpoint.id)).size).toBe(endpoints.length)
  })

  it('is identical for the same table, and plain JSON', () => {
    expect(JSON.stringify(openapiDocument('1.2.3'))).toBe(JSON.stringify(document))
    expect(JSON.parse(JSON.stringify(document))).toEqual(document)
  })

  it('says which version it describes', () => {
    expect(document.openapi).toBe('3.1.1')
    expect(document.info.version).toBe('1.2.3')
  })

  it('points only to existing files', () => {
    const references = under(document, '$ref') as string[]
    expect(references.length).toBeGreaterThan(100)
    for (const reference of new Set(references)) {
      const [, kind, name] = /^#\/components\/(schemas|responses)\/(\w+)$/.exec(reference) ?? []
      expect(document.components[kind as 'schemas' | 'responses'], reference).toHaveProperty(name ?? reference)
    }
  })

  it('has no unused component', () => {
    const text = JSON.stringify(document)
    for (const kind of ['schemas', 'responses'] as const) {
      for (const name of Object.keys(document.components[kind])) expect(text).toContain(`"#/components/${kind}/${name}"`)
    }
  })

  it('has schemas that compile', () => {
    for (const name of Object.keys(document.components.schemas)) validator('components', 'schemas', name)
    for (const { path, method, operation } of operations) {
      const at = ['paths', path, method]
      if (operation.requestBody) validator(...at, 'requestBody', 'content', 'application/json', 'schema')
      for (const index of (operation.parameters ?? []).keys()) validator(...at, 'parameters', String(index), 'schema')
      for (const [status, reply] of Object.entries(operation.responses)) {
        if ('content' in reply) validator(...at, 'responses', status, 'content', 'application/json', 'schema')
      }
    }
  })
})

describe('an operation', () => {
  it.each(operations)('$operation.operationId declares exactly the parameters of its path', ({ path, operation }) => {
    const declared = (operation.parameters ?? []).filter(parameter => parameter.in === 'path')
    expect(declared.map(parameter => `{${parameter.name}}`).toSorted()).toEqual((path.match(/\{\w+\}/g) ?? []).toSorted())
    expect(declared.every(parameter => parameter.required)).toBe(true)
  })

  it.each(endpoints)('$id documents who can call it and how it can fail', endpoint => {
    const operation = operationOf(endpoint.id)
    const statuses = Object.keys(operation.responses)
    const isOpen = ['public', 'optional', 'optional-user'].includes(endpoint.auth)
    expect(operation.security.some(scheme => 'bearer' in scheme)).toBe(endpoint.auth !== 'public')
    expect(operation.security.every(scheme => 'bearer' in scheme) && operation.security.length > 0).toBe(!isOpen)
    expect(statuses).toEqual(expect.arrayContaining([String(endpoint.status), '429', 'default', ...(isOpen ? [] : ['401'])]))
    if ('problems' in endpoint) expect(statuses).toEqual(expect.arrayContaining(endpoint.problems.map(String)))
    if ('body' in endpoint || 'query' in endpoint) expect(statuses).toContain('400')
    expect(operation['x-audit']).toBe(endpoint.audit)
  })

  it('that only people may call refuses agents with 403', () => {
    expect(operationOf('account.me').responses).toHaveProperty('403')
    expect(operationOf('auth.revoke').responses).not.toHaveProperty('403')
  })

  it('answers an unknown id with 404', () => {
    expect(operationOf('policies.delete').responses).toHaveProperty('404')
    expect(operationOf('vaults.list').responses).not.toHaveProperty('404')
  })
})

describe('a schema', () => {
  const body = (path: string, method: string) =>
    validator('paths', path, method, 'requestBody', 'content', 'application/json', 'schema')

  it('accepts what the server accepts, including unknown fields', () => {
    const vault = body('/v1/vaults', 'post')
    expect(vault({ name: 'prod', of_a_newer_client: 1 })).toBe(true)
    expect(vault({ name: '' })).toBe(false)
    expect(vault({ description: 'no name' })).toBe(false)
  })

  it('refuses a condition that the server would refuse', () => {
    const policy = body('/v1/vaults/{vault_id}/policies', 'post')
    const rest = { secret_path_pattern: '**', principal_type: 'agent', principal_id: 'x', permissions: ['read'] }
    expect(policy({ ...rest, conditions: { ip_allowlist: ['10.0.0.0/8'] } })).toBe(true)
    expect(policy({ ...rest, conditions: { only_on_sundays: true } })).toBe(false)
  })

  it('allows a later server to add fields to a reply', () => {
    const problem = validator('components', 'schemas', 'Problem')
    expect(problem({ type: 'about:blank', title: 'Not Found', status: 404, added: true })).toBe(true)
    expect(problem({ title: 'Not Found', status: 404 })).toBe(false)
  })

  it('keeps the bounds of numbers that the table sets, and no others', () => {
    const limit = operationOf('audit.events').parameters?.find(parameter => parameter.name === 'limit')
    expect(limit).toMatchObject({ in: 'query', required: false, schema: { type: 'integer', minimum: 1, maximum: 1000 } })
    expect(JSON.stringify(document)).not.toContain(String(Number.MAX_SAFE_INTEGER))
  })
})
