import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import fastJson, { type Schema } from 'fast-json-stringify'
import type { FastifySchema, FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import { z } from 'zod'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/** Created once for the process: a server that is opened again, after it was sealed or in a test, has the same endpoints. */
const made = new WeakMap<EndpointSpec, FastifySchema>()

/**
 * JSON Schemas of an endpoint for fastify: requests as they were sent (unknown fields are allowed and kept), replies field by field, so a
 * field that the reply schema does not name cannot be sent.
 */
export function schemasOf(endpoint: EndpointSpec): FastifySchema {
  const schemas = made.get(endpoint) ?? makeSchemas(endpoint)
  made.set(endpoint, schemas)
  return schemas
}

/** A JSON Schema that is created when it is first needed; fastify passes anything but a plain object to the compilers unchanged. */
class LaterSchema {
  readonly make: () => object
  constructor(make: () => object) {
    this.make = make
  }
}

function makeSchemas(endpoint: EndpointSpec): FastifySchema {
  const { query } = endpoint
  return {
    ...(query && { querystring: new LaterSchema(() => z.toJSONSchema(query, { target: 'draft-7', io: 'input' })) }),
    ...(endpoint.body && { body: new LaterSchema(() => bodySchema(endpoint)) }),
    ...(endpoint.reply && { response: replySchemas(endpoint, endpoint.reply) }),
  }
}

function replySchemas({ status, otherStatuses = [] }: EndpointSpec, reply: z.ZodObject): Record<number, object> {
  const schema = new LaterSchema(() => z.toJSONSchema(reply, { target: 'draft-7', io: 'output' }))
  return Object.fromEntries([status, ...otherStatuses].filter(each => each !== 204).map(each => [each, schema]))
}

function bodySchema(endpoint: EndpointSpec): object {
  const schema = z.toJSONSchema(endpoint.body as z.ZodObject, { target: 'draft-7', io: 'input' })
  // Not `anyOf` with null: a fault would be reported for the wrong alternative.
  return endpoint.bodyOptional ? { ...schema, type: ['object', 'null'] } : schema
}

/**
 * The validators. A query contains only strings, so they are coerced; a body has types, so it is not. The first fault ends the check:
 * collecting all of them would let the cost of a request grow with its faults. Each validator is created and compiled when it is first
 * needed: few of the routes are used soon after a start, and compiling all of them takes longer than the rest of it.
 */
export const validatorCompiler: FastifySchemaCompiler<object> = ({ schema, httpPart }) => {
  let compiled: ValidateFunction | undefined
  const validate = (data: unknown): boolean => {
    compiled ??= httpPart === 'querystring' ? ofQuery(schema) : ofBody(schema)
    const valid = compiled(data)
    validate.errors = (compiled.errors ?? null) as FastifySchemaValidationError[] | null
    return valid
  }
  validate.errors = null as FastifySchemaValidationError[] | null
  return validate
}

/** The serializers, each compiled when it is first needed. */
export const serializerCompiler: FastifySerializerCompiler<object> = ({ schema }) => {
  let compiled: ((data: unknown) => string) | undefined
  return data => {
    compiled ??= serializerOf(schema)
    return compiled(data)
  }
}

/** Writes one entry of a list of the reply, with the fields that the contract names. */
export function entrySerializer({ reply }: EndpointSpec, list: string): (entry: unknown) => string {
  const entries = reply?.shape[list]
  if (!(entries instanceof z.ZodArray)) throw new Error(`The reply has no list ${list}.`)
  const schema = entrySchemas.get(entries) ?? z.toJSONSchema(entries.element as z.ZodType, { target: 'draft-7', io: 'output' })
  entrySchemas.set(entries, schema)
  return serializerOf(schema)
}

const entrySchemas = new WeakMap<object, object>()
const ofQuery = compiledOnce(() => {
  const ajv = formats(new Ajv({ coerceTypes: true, strict: false }))
  return schema => ajv.compile(schema)
})
const ofBody = compiledOnce(() => {
  const ajv = formats(new Ajv({ strict: false }))
  return schema => ajv.compile(schema)
})
const serializerOf = compiledOnce(() => schema => fastJson(schema as Schema))

/** A compiler that is created with the first schema, and compiles each schema once for the process. */
function compiledOnce<Compiled>(compiler: () => (schema: object) => Compiled): (schema: object) => Compiled {
  const known = new WeakMap<object, Compiled>()
  let compile: ((schema: object) => Compiled) | undefined
  return schema => {
    compile ??= compiler()
    const compiled = known.get(schema) ?? compile(schema instanceof LaterSchema ? schema.make() : schema)
    known.set(schema, compiled)
    return compiled
  }
}

function formats(ajv: Ajv): Ajv {
  addFormats.default(ajv)
  return ajv
}
