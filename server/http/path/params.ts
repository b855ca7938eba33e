import type { FastifyRequest } from 'fastify'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { Problem } from '../../../src/problem.ts'
import { isUuid } from '../../../src/uuid.ts'
import { invalidField } from '../checks.ts'
import { canonicalPath, restOfUrl } from './secret-path.ts'

const CONTROL = /\p{Cc}/u
const VERSION = /^[1-9]\d{0,9}$/

/** The path parameters, checked. A malformed id gets the same answer as an unknown one; the secret path is taken from the undecoded URL. */
export function paramsReader(endpoint: EndpointSpec, url: string): (request: FastifyRequest) => Record<string, unknown> {
  if (!endpoint.params) return () => ({})
  const all = Object.keys(endpoint.params.shape)
  const ids = all.filter(name => name.endsWith('_id'))
  const names = all.filter(name => !ids.includes(name) && name !== endpoint.rest && name !== 'version')
  const rest = endpoint.rest === undefined ? undefined : restReader(endpoint.rest, url, endpoint.path.endsWith('/{version}'))
  return request => {
    const params: Record<string, unknown> = { ...(request.params as Record<string, string>) }
    rest?.(request, params)
    // PostgreSQL cannot store a NUL character, so no name has one.
    if (names.some(name => CONTROL.test(String(params[name])))) throw new Problem('resource.unknown', 'Nothing has this name.')
    for (const name of ids) {
      const value = String(params[name])
      if (!isUuid(value)) throw new Problem('resource.unknown', 'Nothing has this id.')
      params[name] = value.toLowerCase()
    }
    return params
  }
}

function restReader(name: string, url: string, endsWithVersion: boolean) {
  const segments = url.split('/').length - 2
  return (request: FastifyRequest, params: Record<string, unknown>): void => {
    let rest = restOfUrl(request.url, segments)
    if (endsWithVersion) {
      const cut = rest.lastIndexOf('/')
      const last = rest.slice(cut + 1)
      if (cut < 0 || !VERSION.test(last)) throw invalidField('version', 'must be a whole number from 1')
      params['version'] = Number(last)
      rest = rest.slice(0, cut)
    }
    request.secretPath = canonicalPath(rest)
    params[name] = request.secretPath
  }
}
