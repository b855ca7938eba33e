import { createHash, timingSafeEqual } from 'node:crypto'
import type { Server } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../src/problem.ts'

/** The metrics as text, with their media type. */
export type MetricsText = () => Promise<{ readonly type: string; readonly body: string }>

const PATH = '/metrics'

/** Calls `count` for every reply: with the operation's id, `page` for pages and files, or `none` for unknown addresses. */
export function countRequests(app: FastifyInstance, count: (operation: string, status: number, seconds: number) => void): void {
  app.addHook('onResponse', (request, reply, done) => {
    const { operation } = request.routeOptions.config
    count(operation ?? (request.is404 ? 'none' : 'page'), reply.statusCode, reply.elapsedTime / 1000)
    done()
  })
}

/** Serves `/metrics` at the server's own address, with the token. */
export function mountMetrics(app: FastifyInstance, token: string, text: MetricsText): void {
  app.get(PATH, async (request, reply) => {
    if (!isToken(token, request.headers.authorization)) throw new Problem('auth.required', 'The metrics require a token.')
    const { type, body } = await text()
    return reply.type(type).send(body)
  })
}

/**
 * Serves `/metrics` at a separate address, for networks that only the monitoring can reach; with a token, if one is set. Throws the errors
 * of `listen`.
 */
export async function listenForMetrics(
  { host, port }: { readonly host: string; readonly port: number },
  token: string | undefined,
  text: MetricsText,
): Promise<Server> {
  // As in `problems.ts`: an `import` would load undici.
  const server = process.getBuiltinModule('node:http').createServer(async ({ method, url = '', headers }, response) => {
    const end = (status: number) => response.writeHead(status).end()
    if (url.split('?')[0] !== PATH) return end(404)
    if (method !== 'GET' && method !== 'HEAD') return end(405)
    if (token !== undefined && !isToken(token, headers.authorization)) return end(401)
    try {
      const { type, body } = await text()
      response.writeHead(200, { 'content-type': type }).end(method === 'HEAD' ? undefined : body)
    } catch {
      end(500)
    }
  })
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  server.once('error', reject).listen(port, host, resolve)
  await promise
  return server
}

function isToken(token: string, authorization: string | undefined): boolean {
  const [, given = ''] = /^Bearer +(\S+)$/i.exec(authorization ?? '') ?? []
  return timingSafeEqual(digest(given), digest(token))
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
