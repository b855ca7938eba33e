import { z } from 'zod'
import { MOST_PARTS } from '../../../server/http/json.ts'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { MAX_SEGMENTS, MAX_STARS } from '../../../src/path-pattern.ts'
import type { Sent } from './recipe.ts'

/** A request of an endpoint that makes it work as hard as its contract permits. */
export interface Heavy {
  readonly name: string
  /** With its question mark. */
  readonly query: string
  /** JSON; undefined for no body. */
  readonly body: string | undefined
}

/** What is used of a JSON Schema. */
interface Schema {
  readonly type?: string
  readonly enum?: readonly unknown[]
  readonly const?: unknown
  readonly format?: string
  readonly pattern?: string
  readonly minLength?: number
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly items?: Schema
  readonly minItems?: number
  readonly maxItems?: number
  readonly properties?: Readonly<Record<string, Schema>>
  readonly anyOf?: readonly Schema[]
  readonly oneOf?: readonly Schema[]
}

/** Bytes; what an endpoint accepts that names no limit of its own. */
const BODY_LIMIT = 256 * 1024
/** Of a string or list whose contract names no end: the service checks it. */
const NO_END = 100_000
const ENTRIES = 1000

/** What a body of JSON may have besides its own fields. */
const PARTS = MOST_PARTS - 500

/** A valid request with each parameter and each field at its limit, as far as they fit; undefined for an endpoint without any. */
export function heaviest(endpoint: EndpointSpec, sent: Sent): Heavy | undefined {
  if (!endpoint.query && !endpoint.body) return undefined
  const query = queryOf(sent.query ?? '', endpoint.query ? widened(endpoint.query) : {})
  const name = 'everything at its limit'
  if (!endpoint.body) return { name, query, body: undefined }
  const limit = limitOf(endpoint)
  let body: Readonly<Record<string, unknown>> = sent.body ?? {}
  for (const [field, value] of Object.entries(widened(endpoint.body))) {
    const longer = { ...body, [field]: value }
    if (JSON.stringify(longer).length <= limit) body = longer
  }
  return { name, query, body: JSON.stringify(body) }
}

/** The same request with one field at its limit, and with JSON as deep, as full and as long as the body can be. */
export function heavyBodies(endpoint: EndpointSpec, sent: Sent): readonly Heavy[] {
  if (!endpoint.body) return []
  const [query, limit] = [sent.query ?? '', limitOf(endpoint)]
  const bodies = {
    ...Object.fromEntries(
      Object.entries(widened(endpoint.body)).map(([name, value]) => [name, JSON.stringify({ ...sent.body, [name]: value })]),
    ),
    ...Object.fromEntries(Object.entries(FULL).map(([name, fill]) => [name, filled(sent.body ?? {}, limit, fill)])),
  }
  return Object.entries(bodies)
    .map(([name, body]) => ({ name, query, body }))
    .filter(({ body }) => body.length <= limit)
}

export function limitOf({ bodyLimit = BODY_LIMIT }: EndpointSpec): number {
  return bodyLimit
}

/** With as many parts as a body may have: more are refused before anything is parsed. */
const FULL: Readonly<Record<string, (bytes: number) => string>> = {
  'the deepest lists': bytes => nest('[', '', ']', Math.min(bytes / 2, PARTS)),
  'the deepest objects': bytes => nest('{"a":', '1', '}', Math.min(bytes / 6, PARTS)),
  'the most objects': bytes => `[${Array(Math.floor(Math.min(bytes / 3, PARTS / 2))).fill('{}')}]`,
  'the most names': bytes => {
    const names = Array.from({ length: Math.floor(Math.min(bytes / 12, PARTS)) }, (_, n) => `"${String(n).padStart(7, 'x')}":1`)
    return `{${names.join(',')}}`
  },
  'the longest text': bytes => `"${'x'.repeat(bytes - 2)}"`,
  'the longest text of escapes': bytes => `"${'\\u0041'.repeat(Math.floor((bytes - 2) / 6))}"`,
}

const nest = (open: string, inner: string, close: string, times: number) => {
  const depth = Math.floor(times)
  return open.repeat(depth) + inner + close.repeat(depth)
}

/** The body with a field that the contract does not know, which fills it up. */
function filled(body: object, limit: number, fill: (bytes: number) => string): string {
  const start = JSON.stringify(body).slice(0, -1)
  const comma = start === '{' ? '' : ','
  return `${start}${comma}"unknown":${fill(limit - start.length - 20)}}`
}

function queryOf(query: string, more: Readonly<Record<string, unknown>>): string {
  const all = new URLSearchParams(query)
  for (const [name, value] of Object.entries(more)) all.set(name, String(value))
  return all.size > 0 ? `?${all}` : ''
}

function widened(object: z.ZodObject): Readonly<Record<string, unknown>> {
  const { properties = {} } = z.toJSONSchema(object, { io: 'input', target: 'draft-7', unrepresentable: 'any' }) as Schema
  const widest = Object.entries(properties).map(([name, schema]) => [name, largest(schema, name, 0)] as const)
  return Object.fromEntries(widest.filter(([, value]) => value !== undefined))
}

/** The largest value; undefined where there is only what the request has already. */
function largest(schema: Schema, name: string, number: number): unknown {
  const { type, anyOf, oneOf, properties, items } = schema
  const some = anyOf ?? oneOf
  if (some) return some.map(each => largest(each, name, number)).find(value => value !== undefined)
  if (schema.const !== undefined) return schema.const
  if (schema.enum) return schema.enum.at(-1)
  if (type === 'integer' || type === 'number') return schema.maximum
  if (type === 'string') return longest(schema, name, number)
  if (type === 'array' && items) return entries(schema, items, name)
  if (type === 'object' && !properties) return nested()
  if (type !== 'object') return undefined
  return Object.fromEntries(Object.entries(properties ?? {}).map(([key, each]) => [key, largest(each, key, number)]))
}

function entries({ maxItems = ENTRIES }: Schema, items: Schema, name: string): readonly unknown[] | undefined {
  const some = Array.from({ length: maxItems }, (_, number) => largest(items, name, number))
  return some.some(value => value === undefined) ? undefined : some
}

/** An object of 16 KiB that is nested 32 times, as far as those that are kept can be. */
function nested(): object {
  let object: object = Object.fromEntries(Array.from({ length: 900 }, (_, n) => [`name ${n}`, n]))
  for (let depth = 0; depth < 30; depth++) object = { a: object }
  return object
}

const UUID = (number: number) => `5f2504e0-4f89-41d3-9a0c-${String(number).padStart(12, '0')}`
/** Matches as much of a path as it can before it fails. */
const PATTERN = [...Array(MAX_STARS).fill('**'), ...Array(MAX_SEGMENTS - MAX_STARS).fill('aaaaaaaaaaaaaaaaaa')].join('/')

/** The longest text that the schema accepts, a different one for each number. */
function longest(schema: Schema, name: string, number: number): string | undefined {
  const { maxLength = NO_END, minLength = 0, pattern, format } = schema
  const fits = (text: string) =>
    text.length >= minLength && text.length <= maxLength && (!pattern || new RegExp(pattern, 'u').test(text))
  const long = (unit: string) => unit.repeat(Math.max(0, Math.floor((maxLength - 8) / unit.length))) + String(number)
  if (format === 'date-time') return '2999-01-01T00:00:00.000000+02:00'
  if (format === 'uuid') return UUID(number)
  const candidates = [
    ...(name.includes('pattern') || name === 'scopes' || name === 'q' ? [`${PATTERN}/${number}`] : []),
    ...(name === 'q' ? [long('a*b ')] : []),
    long('a/'),
    long('x'),
    `0x${String(number).padStart(40, '0')}`,
    UUID(number),
    'reads,changes,sign-ins,views',
    'ok,denied,failed',
    '2024-12-31',
  ]
  return candidates.find(fits)
}
