import type { FastifyError } from 'fastify'
import { wordsOfForm } from '../../src/contract/schema/forms.ts'
import type { Problem } from '../../src/problem.ts'
import { invalidField } from './checks.ts'

type Fault = NonNullable<FastifyError['validation']>[number]

/** Ajv's first fault as a field and a sentence. The offending value is never repeated. */
export function validationProblem(error: FastifyError): Problem {
  const fault = error.validation?.[0]
  const path = fault ? pathOf(fault) : ''
  return invalidField(path || (error.validationContext ?? 'body'), fault ? sentence(fault) : 'is not valid')
}

/** `conditions.ip_allowlist[0]`, out of a JSON pointer (RFC 6901) and, for a field that lacks or is too many, its name. */
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

function sentence({ keyword, params, message }: Fault): string {
  if (keyword === 'required') return 'is required'
  if (keyword === 'additionalProperties') return 'is not known'
  if (keyword === 'enum') return `must be one of ${(params['allowedValues'] as unknown[]).join(', ')}`
  if (keyword === 'pattern') return wordsOfForm(String(params['pattern']))
  return message ?? 'is not valid'
}
