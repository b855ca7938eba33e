import type { FastifyError } from 'fastify'
import { wordsOfForm } from '../../src/contract/schema/forms.ts'
import type { Problem } from '../../src/problem.ts'
import { invalidField } from './checks.ts'

type Fault = NonNullable<FastifyError['validation']>[number]

/** Ajv's first fault as a field and a sentence. The rejected value is never repeated. */
export function validationProblem(error: FastifyError): Problem {
  const fault = error.validation?.[0]
  const path = fault ? pathOf(fault) : ''
  return invalidField(path || (error.validationContext ?? 'body'), fault ? sentence(fault) : 'is not valid')
}

/** `conditions.ip_allowlist[0]`, from a JSON pointer (RFC 6901) and, for a missing or unexpected field, its name. */
function pathOf({ instancePath, params }: Fault): string {
  const named = params['missingProperty'] ?? params['additionalProperty']
  const segments = instancePath
    .split('/')
    .slice(1)
    .map(segment => segment.replaceAll('~1', '/').replaceAll('~0', '~'))
  if (typeof named === 'string') segments.push(named)
  return segments.reduce(
    (path, segment) => (/^\d+$/.test(segment) ? `${path}[${segment}]` : path ? `${path}.${segment}` : segment),
    '',
  )
}

/** Ajv's keywords in plain words. `params` comes from the schema, for example a number of characters. */
const SENTENCES: Readonly<Record<string, (params: Fault['params']) => string>> = {
  required: () => 'is required',
  additionalProperties: () => 'is not known',
  enum: ({ allowedValues }) => `must be one of ${(allowedValues as unknown[]).join(', ')}`,
  pattern: ({ pattern }) => wordsOfForm(String(pattern)),
  type: ({ type }) => `must be ${TYPES[String(type)] ?? String(type)}`,
  format: ({ format }) => `must be ${FORMATS[String(format)] ?? `of the format ${String(format)}`}`,
  minLength: ({ limit }) => (limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} characters`),
  maxLength: ({ limit }) => `must have at most ${String(limit)} characters`,
  minItems: ({ limit }) => (limit === 1 ? 'must not be empty' : `must have at least ${String(limit)} entries`),
  maxItems: ({ limit }) => `must have at most ${String(limit)} entries`,
  minimum: ({ limit }) => `must be at least ${String(limit)}`,
  maximum: ({ limit }) => `must be at most ${String(limit)}`,
}

const TYPES: Readonly<Record<string, string>> = {
  string: 'a string',
  integer: 'a whole number',
  number: 'a number',
  boolean: 'true or false',
  object: 'an object',
  array: 'a list',
  'string,null': 'a string or null',
  'integer,null': 'a whole number or null',
}

const FORMATS: Readonly<Record<string, string>> = {
  uuid: 'a UUID',
  'date-time': 'a time like 2030-01-31T12:00:00Z',
}

function sentence({ keyword, params, message }: Fault): string {
  return SENTENCES[keyword]?.(params) ?? message ?? 'is not valid'
}
