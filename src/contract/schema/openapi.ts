import { z } from 'zod'
import { PROBLEMS } from '../../problem.ts'
import { Me } from '../account.ts'
import { Agent } from '../agents.ts'
import { endpoints } from '../all.ts'
import { ApiKey } from '../api-keys.ts'
import { AuditEvent, Checkpoint } from '../audit.ts'
import { Chain } from '../intents/chains.ts'
import { Simulation, Summary, Transaction } from '../intents/transactions.ts'
import { Conditions, Policy } from '../policies.ts'
import { Secret, SecretSummary, WrittenSecret } from '../secrets/secrets.ts'
import { Vault } from '../vaults.ts'
import type { Auth, EndpointSpec, HeaderSpec } from './endpoint.ts'
import { TokenReply } from './fields.ts'

/** A JSON Schema of draft 2020-12, the version that OpenAPI 3.1 uses. */
type JsonSchema = z.core.JSONSchema.BaseSchema

interface Parameter {
  name: string
  in: 'path' | 'query' | 'header'
  required: boolean
  description?: string
  schema: JsonSchema
}

interface Reply {
  description: string
  headers?: Record<string, { description: string; schema: JsonSchema }>
  content?: Record<string, { schema: JsonSchema }>
}

export interface OpenapiOperation {
  operationId: string
  tags: string[]
  summary: string
  description?: string
  security: Record<string, string[]>[]
  parameters?: Parameter[]
  requestBody?: { required: boolean; content: Record<string, { schema: JsonSchema }> }
  responses: Record<string, Reply | { $ref: string }>
  /** Action name of the audit event that an attempt leaves. */
  'x-audit': string | null
  /** The permission that the caller needs. */
  'x-action': string | null
  /** The maximum size of the request body, in bytes. */
  'x-body-limit'?: number
}

export interface OpenapiDocument {
  openapi: '3.1.1'
  info: { title: string; version: string; summary: string; license: { name: string; identifier: string } }
  servers: { url: string; description: string }[]
  tags: { name: string }[]
  paths: Record<string, Record<string, OpenapiOperation>>
  components: {
    securitySchemes: Record<string, object>
    schemas: Record<string, JsonSchema>
    responses: Record<string, Reply>
  }
}

/** Schemas with a name in the document; every other one is written where it is used. */
const named = z.registry<{ id: string }>()
const NAMED = {
  Agent,
  ApiKey,
  AuditEvent,
  Chain,
  Checkpoint,
  Conditions,
  Me,
  Policy,
  Secret,
  SecretSummary,
  Simulation,
  Summary,
  TokenReply,
  Transaction,
  Vault,
  WrittenSecret,
}
for (const [id, schema] of Object.entries(NAMED)) named.add(schema, { id })

const COMPONENT = '#/components/schemas/'

/**
 * The endpoint table as an OpenAPI 3.1 document (https://spec.openapis.org/oas/v3.1.1): the same bytes for the same table.
 * @param version of the product.
 */
export function openapiDocument(version: string): OpenapiDocument {
  const paths: OpenapiDocument['paths'] = {}
  for (const endpoint of endpoints) paths[endpoint.path] = { ...paths[endpoint.path], ...operation(endpoint) }
  return {
    openapi: '3.1.1',
    info: {
      title: '1claw',
      version,
      summary: 'Secrets for people and AI agents.',
      license: { name: 'MIT', identifier: 'MIT' },
    },
    servers: [{ url: '/', description: 'The server that answered with this document.' }],
    tags: [...new Set(endpoints.map(areaOf))].map(name => ({ name })),
    paths,
    components: {
      securitySchemes: {
        bearer: {
          type: 'http',
          scheme: 'bearer',
          bearerFormat: 'JWT',
          description: 'A token, a personal API key (`1ck_…`) or the key of an agent (`ocv_…`).',
        },
      },
      schemas: { ...namedSchemas(), Problem: PROBLEM },
      responses: problemReplies(),
    },
  }
}

function operation(endpoint: EndpointSpec): Record<string, OpenapiOperation> {
  const parameters = [
    ...parametersOf('path', endpoint.params, endpoint.rest),
    ...parametersOf('query', endpoint.query),
    ...(endpoint.idempotent ? [IDEMPOTENCY_KEY] : []),
    ...(endpoint.headers ?? []).map(headerOf),
    ...(endpoint.cookie ? [CONSOLE_HEADER] : []),
  ]
  return {
    [endpoint.method.toLowerCase()]: {
      operationId: endpoint.id,
      tags: [areaOf(endpoint)],
      summary: endpoint.summary,
      ...(endpoint.description !== undefined && { description: endpoint.description }),
      security: SECURITY[endpoint.auth],
      ...(parameters.length > 0 && { parameters }),
      ...(endpoint.body && { requestBody: { required: !endpoint.bodyOptional, content: json(schemaOf(endpoint.body)) } }),
      responses: responsesOf(endpoint),
      'x-audit': endpoint.audit,
      'x-action': endpoint.action,
      ...(endpoint.bodyLimit !== undefined && { 'x-body-limit': endpoint.bodyLimit }),
    },
  }
}

const SECURITY: Record<Auth, Record<string, string[]>[]> = {
  public: [],
  optional: [{}, { bearer: [] }],
  'optional-user': [{}, { bearer: [] }],
  user: [{ bearer: [] }],
  agent: [{ bearer: [] }],
  'user-or-agent': [{ bearer: [] }],
}

function areaOf(endpoint: EndpointSpec): string {
  return endpoint.id.slice(0, endpoint.id.indexOf('.'))
}

function parametersOf(place: Parameter['in'], object: z.ZodObject | undefined, rest?: string): Parameter[] {
  if (!object) return []
  const { properties = {}, required = [] } = schemaOf(object)
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: required.includes(name),
    ...(name === rest && { description: 'Can contain `/`, sent literally or as `%2F`.' }),
    schema: schema as JsonSchema,
  }))
}

const IDEMPOTENCY_KEY: Parameter = {
  name: 'Idempotency-Key',
  in: 'header',
  required: false,
  description: 'Repeating the request with this key within 24 hours returns the first response.',
  schema: { type: 'string', minLength: 1, maxLength: 255 },
}

const CONSOLE_HEADER: Parameter = {
  name: 'X-1claw-Console',
  in: 'header',
  required: true,
  description:
    'Any value. A page of another origin cannot send it. `Sec-Fetch-Site`, or else `Origin`, must be the server’s own.',
  schema: { type: 'string' },
}

function headerOf({ name, description, maxLength }: HeaderSpec): Parameter {
  return { name, in: 'header', required: false, description, schema: { type: 'string', maxLength } }
}

function responsesOf(endpoint: EndpointSpec): OpenapiOperation['responses'] {
  const description = SUCCESS[endpoint.status]
  const success: Reply = endpoint.reply ? { description, content: json(schemaOf(endpoint.reply)) } : { description }
  return {
    [endpoint.status]: endpoint.status === 204 ? { description } : success,
    ...Object.fromEntries(
      problemStatusesOf(endpoint).map(status => [status, { $ref: `#/components/responses/${nameOf(status)}` }]),
    ),
    ...Object.fromEntries((endpoint.otherStatuses ?? []).map(status => [status, otherReply(endpoint, status, success)])),
    ...(endpoint.etag && { 304: { description: 'Nothing has changed since the `ETag` in `If-None-Match`.' } }),
    default: { $ref: '#/components/responses/Unexpected' },
  }
}

/** The reply with another status; an alternative to a problem if that status can also be one. */
function otherReply({ problems = [] }: EndpointSpec, status: 200 | 422, { content }: Reply): Reply {
  if (status === 200) return { description: SUCCESS[200], ...(content && { content }) }
  const problem = problems.includes(status) ? PROBLEM_CONTENT : {}
  return { description: 'A check failed. The body contains the result.', content: { ...content, ...problem } }
}

const SUCCESS = { 200: 'OK', 201: 'Created', 202: 'Accepted', 204: 'No Content' } as const

/** The problems of the table's entry, and those that every route of its kind can answer. */
function problemStatusesOf(endpoint: EndpointSpec): number[] {
  const signedIn = !['public', 'optional', 'optional-user'].includes(endpoint.auth)
  const oneKind = endpoint.auth === 'user' || endpoint.auth === 'agent'
  const byId = Object.keys(endpoint.params?.shape ?? {}).some(name => name.endsWith('_id'))
  const statuses = new Set([...(endpoint.problems ?? []), 429])
  if (endpoint.query || endpoint.body || endpoint.rest) statuses.add(400)
  if (signedIn || endpoint.auth === 'optional' || endpoint.audit === 'auth.success') statuses.add(401)
  if (signedIn && (oneKind || endpoint.action !== null)) statuses.add(403)
  if (byId) statuses.add(404)
  if (endpoint.body) statuses.add(413).add(415)
  return [...statuses].sort((a, b) => a - b)
}

function json(schema: JsonSchema): Record<string, { schema: JsonSchema }> {
  return { 'application/json': { schema } }
}

/**
 * The accepted input and the reply, as a schema that refers to the named ones. Replies are rendered like requests, open to fields that a
 * later server adds: a client that generates a validator from this document must not break because of them.
 */
function schemaOf(schema: z.ZodType): JsonSchema {
  const { $schema, $defs, ...rendered } = z.toJSONSchema(schema, { io: 'input', metadata: named, override: plain })
  return pointed(rendered)
}

function namedSchemas(): Record<string, JsonSchema> {
  const { schemas } = z.toJSONSchema(named, { io: 'input', uri: id => COMPONENT + id, override: plain })
  return Object.fromEntries(Object.entries(schemas).map(([id, { $schema, $id, ...schema }]) => [id, schema as JsonSchema]))
}

/** Leaves out keywords that `format` or `integer` already implies. */
function plain({ jsonSchema }: { jsonSchema: JsonSchema }): void {
  if (jsonSchema.format === 'uuid' || jsonSchema.format === 'date-time') delete jsonSchema.pattern
  if (jsonSchema.minimum === Number.MIN_SAFE_INTEGER) delete jsonSchema.minimum
  if (jsonSchema.maximum === Number.MAX_SAFE_INTEGER) delete jsonSchema.maximum
}

/** `#/$defs/Vault` → `#/components/schemas/Vault`, at every depth. */
function pointed<T>(value: T): T {
  return JSON.parse(JSON.stringify(value).replaceAll('"#/$defs/', `"${COMPONENT}`)) as T
}

const PROBLEM: JsonSchema = {
  type: 'object',
  description:
    'RFC 9457. With status 400, `fields` lists the faults of the request by field. `hint` says what to do next, where the server knows it.',
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    request_id: { type: 'string' },
    fields: { type: 'object', additionalProperties: { type: 'string' } },
    hint: { type: 'string' },
  },
  required: ['type', 'title', 'status'],
}

const PROBLEM_CONTENT = { 'application/problem+json': { schema: { $ref: `${COMPONENT}Problem` } } }

const UNEXPECTED: Reply = { description: 'Any other error.', content: PROBLEM_CONTENT }

const nameOf = (status: number) => `Problem${status}`

function problemReplies(): Record<string, Reply> {
  const statuses = [...new Set(endpoints.flatMap(problemStatusesOf))].sort((a, b) => a - b)
  return { ...Object.fromEntries(statuses.map(status => [nameOf(status), problemReply(status)])), Unexpected: UNEXPECTED }
}

function problemReply(status: number): Reply {
  const titles = Object.values(PROBLEMS).filter(kind => kind.status === status)
  return {
    description: `${titles.map(kind => kind.title).join('; ')}.`,
    ...(status === 429 && {
      headers: { 'Retry-After': { description: 'Whole seconds until a retry may succeed.', schema: { type: 'integer' } } },
    }),
    content: PROBLEM_CONTENT,
  }
}
