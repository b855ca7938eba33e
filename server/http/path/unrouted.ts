import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import router from 'find-my-way'
import { Problem } from '../../../src/problem.ts'
import { send } from '../problems.ts'
import { ROUTING } from './routing.ts'

const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'HEAD', 'OPTIONS', 'TRACE'] as const

/** The methods of each route, by its pattern, such as `/v1/vaults/:vault_id/secrets/*`. */
export type RouteMethods = ReadonlyMap<string, readonly string[]>

/**
 * Answers requests without a route: 405 with `Allow` where the path has routes for other methods (RFC 9110 §15.5.6), otherwise 404. They
 * are answered before the body is read, because its length has not been checked yet. Call this after the last route. A route for every
 * refused method would be simpler, but there would be a thousand of them: a quarter of what it takes to set up a server.
 * @param answered is called first where no path matches; true if it replied
 */
export function answerUnrouted(
  app: FastifyInstance,
  routes: RouteMethods,
  answered: (request: FastifyRequest, reply: FastifyReply) => boolean,
): void {
  const allowedAt = allowedMethods(routes)
  const nothing = (request: FastifyRequest, reply: FastifyReply) => {
    const allow = METHODS.some(method => method === request.method) ? allowedAt(request.url) : undefined
    if (allow) throw refused(allow)
    if (!answered(request, reply)) send(new Problem('resource.unknown', 'There is nothing at this address.'), request, reply)
  }
  app.setNotFoundHandler(nothing)
  app.addHook('onRequest', (request, reply, done) => {
    if (request.is404) nothing(request, reply)
    else done()
  })
  refuseCovered(app, routes)
}

function refused(allow: readonly string[]): Problem {
  return new Problem('request.method', `This path answers ${allow.join(', ')}.`, { allow })
}

/** Finds the methods of the path of a URL; undefined for a path without routes. The table is created at the first use. */
function allowedMethods(routes: RouteMethods): (url: string) => readonly string[] | undefined {
  let table: router.Instance<router.HTTPVersion.V1> | undefined
  const filled = () => {
    const table = router(ROUTING)
    for (const [pattern, methods] of routes) table.on('GET', pattern, () => {}, methods)
    return table
  }
  return url => {
    table ??= filled()
    return table.find('GET', url)?.store
  }
}

/** For `GET /things/new` beside `DELETE /things/:id`: without a route of its own, `DELETE /things/new` would delete a thing. */
function refuseCovered(app: FastifyInstance, routes: RouteMethods): void {
  const all = [...routes].map(([pattern, methods]) => ({ pattern, segments: pattern.split('/'), methods }))
  for (const { pattern, segments, methods } of all) {
    const covering = all.filter(other => other.pattern !== pattern && covers(other.segments, segments))
    const method = METHODS.filter(each => !methods.includes(each) && covering.some(other => other.methods.includes(each)))
    const refuse = () => {
      throw refused(methods)
    }
    if (method.length > 0) app.route({ method, url: pattern, onRequest: refuse, handler: refuse })
  }
}

/** Whether one pattern matches every path that the other one matches. */
function covers(one: readonly string[], other: readonly string[]): boolean {
  const rest = one.indexOf('*')
  if (rest < 0 ? one.length !== other.length : other.length <= rest) return false
  const compared = rest < 0 ? one : one.slice(0, rest)
  return compared.every((segment, at) => segment.startsWith(':') || segment === other[at])
}
