import { z } from 'zod'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'

/** A body or query that must be refused, and the field that the error must name. */
interface Bad<Kind> {
  readonly fault: string
  readonly field: string
  readonly sent: Kind
}

interface JsonSchema {
  readonly type?: string | readonly string[]
  readonly format?: string
  readonly enum?: readonly unknown[]
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly anyOf?: readonly JsonSchema[]
  readonly items?: JsonSchema
}

const SPECIMENS: readonly (readonly [type: string, value: unknown])[] = [
  ['object', { not: 'expected' }],
  ['array', ['not expected']],
  ['boolean', true],
  ['string', 'not expected'],
  ['number', 1.5],
]

/** For every field of a body: missing although required, of another type, not among the choices. */
export function badBodies(endpoint: EndpointSpec, good: Readonly<Record<string, unknown>>): Bad<object>[] {
  if (!endpoint.body) return []
  const { properties = {}, required = [] } = z.toJSONSchema(endpoint.body, { io: 'input' }) as JsonSchema
  const missing = required.map(field => ({
    fault: `without ${field}`,
    field,
    sent: Object.fromEntries(Object.entries(good).filter(([name]) => name !== field)),
  }))
  const wrong = Object.entries(properties).flatMap(([field, schema]) =>
    wrongValues(schema).map(value => ({
      fault: `${field} = ${JSON.stringify(value)}`,
      field,
      sent: { ...good, [field]: value },
    })),
  )
  return [...missing, ...wrong]
}

/** For every parameter of a query that is not free text. */
export function badQueries(endpoint: EndpointSpec): Bad<string>[] {
  if (!endpoint.query) return []
  const { properties = {} } = z.toJSONSchema(endpoint.query, { io: 'input' }) as JsonSchema
  return Object.entries(properties)
    .filter(([, { type, format, enum: choices }]) => type !== 'string' || format !== undefined || choices !== undefined)
    .map(([field]) => ({ fault: `${field} = x`, field, sent: `?${field}=x` }))
}

function wrongValues(schema: JsonSchema): unknown[] {
  const types = typesOf(schema)
  const ofAnotherType = SPECIMENS.find(([type]) => !types.has(type))
  const values = ofAnotherType ? [ofAnotherType[1]] : []
  if (schema.enum) values.push('no such choice')
  if (schema.items?.enum) values.push(['no such choice'])
  if (schema.format) values.push('not of that format')
  return values
}

function typesOf({ type, anyOf = [] }: JsonSchema): Set<string> {
  const own = type === undefined ? [] : [type].flat()
  return new Set([
    ...own.flatMap(name => (name === 'integer' ? ['integer', 'number'] : [name])),
    ...anyOf.flatMap(each => [...typesOf(each)]),
  ])
}
