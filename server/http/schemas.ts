import { Ajv, type ValidateFunction } from 'ajv'
import addFormats from 'ajv-formats'
import fastJson, { type Schema } from 'fast-json-stringify'
import type { FastifySchema, FastifySchemaCompiler, FastifySchemaValidationError } from 'fastify'
import type { FastifySerializerCompiler } from 'fastify/types/schema.js'
import { z } from 'zod'
import type { EndpointSpec } from '../../src/contract/schema/endpoint.ts'

/**
 * JSON Schemas of an endpoint for fastify: requests as sent (unknown fields pass, and are dropped by nobody), replies field by field,
 * so that what a reply schema does not name cannot leave the server.
 */
export function schemasOf(endpoint: EndpointSpec): FastifySchema {
  return {
    ...(endpoint.query && { querystring: z.toJSONSchema(endpoint.query, { target: 'draft-7', io: 'input' }) }),
    ...(endpoint.body && { body: bodySchema(endpoint) }),
    ...(endpoint.reply && { response: replySchemas(endpoint, endpoint.reply) }),
  }
}

function replySchemas({ status, otherStatuses = [] }: EndpointSpec, reply: z.ZodObject): Record<number, object> {
  const schema = z.toJSONSchema(reply, { target: 'draft-7', io: 'output' })
  return Object.fromEntries([status, ...otherStatuses].filter(each => each !== 204).map(each => [each, schema]))
}

function bodySchema(endpoint: EndpointSpec): object {
  const schema = z.toJSONSchema(endpoint.body as z.ZodObject, { target: 'draft-7', io: 'input' })
  // Not `anyOf` null: a fault would be reported as that of the wrong alternative.
  return endpoint.bodyOptional ? { ...schema, type: ['object', 'null'] } : schema
}

/**
 * The validators. A query holds only strings, so those are coerced; a body says what it means, so it is not. The first fault ends the
 * check: collecting all of them would let one request cost as much as its faults. Each is compiled when it is first needed: few of the
 * routes are used soon after a start, and compiling all of them takes longer than the rest of it.
 */
export function validatorCompiler(): FastifySchemaCompiler<object> {
  const query = formats(new Ajv({ coerceTypes: true, strict: false }))
  const body = formats(new Ajv({ strict: false }))
  return ({ schema, httpPart }) => {
    let compiled: ValidateFunction | undefined
    const validate = (data: unknown): boolean => {
      compiled ??= (httpPart === 'querystring' ? query : body).compile(schema)
      const valid = compiled(data)
      validate.errors = (compiled.errors ?? null) as FastifySchemaValidationError[] | null
      return valid
    }
    validate.errors = null as FastifySchemaValidationError[] | null
    return validate
  }
}

/** The serializers, each compiled when it is first needed. */
export const serializerCompiler: FastifySerializerCompiler<object> = ({ schema }) => {
  let compiled: ((data: unknown) => string) | undefined
  return data => {
    compiled ??= fastJson(schema as Schema)
    return compiled(data)
  }
}

function formats(ajv: Ajv): Ajv {
  addFormats.default(ajv)
  return ajv
}
