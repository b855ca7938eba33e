import { Ajv } from 'ajv'
import addFormats from 'ajv-formats'
import { z } from 'zod'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import type { Reply } from '../world.ts'

const ajv = new Ajv({ allErrors: true, strict: false })
addFormats.default(ajv)

/** The faults of a successful reply: fields of the wrong type, missing, or not in the endpoint's schema. */
export function faultsOfReply(endpoint: EndpointSpec, { status, body, headers }: Reply): string[] {
  if (!endpoint.reply || status === 204) return body === '' ? [] : ['has a body']
  if (headers['content-type'] !== 'application/json; charset=utf-8') return [`is ${headers['content-type']}`]
  const schema = z.toJSONSchema(endpoint.reply, { target: 'draft-7', io: 'output' })
  const validate = ajv.compile(schema)
  validate(body)
  const faults = (validate.errors ?? []).map(
    ({ instancePath, message, params }) => `${instancePath} ${message} ${JSON.stringify(params)}`,
  )
  // A document with its own format, such as OpenAPI, follows its own rules.
  return schema.additionalProperties === false ? [...faults, ...emptyFields(body)] : faults
}

/** Empty optional fields are left out rather than sent as null. */
function emptyFields(value: unknown, path = ''): string[] {
  if (value === null) return [`${path} is null`]
  if (typeof value !== 'object') return []
  return Object.entries(value as object).flatMap(([name, inner]) => emptyFields(inner, `${path}/${name}`))
}
