import fastify, { type FastifyInstance } from 'fastify'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { answerUnrouted } from '../../../../../server/http/path/unrouted.ts'
import { installProblems } from '../../../../../server/http/problems.ts'

const ROUTES: Readonly<Record<string, readonly ('GET' | 'PUT' | 'POST' | 'DELETE')[]>> = {
  '/things': ['GET', 'POST'],
  '/things/:id': ['GET', 'DELETE'],
  '/things/new': ['PUT'],
  '/things/:id/files/*': ['GET', 'PUT'],
  '/things/:id/files/newest': ['GET'],
}

let app: FastifyInstance
let handled: string[]
let read: number

beforeEach(() => {
  handled = []
  read = 0
  app = fastify({ exposeHeadRoutes: false })
  app.addContentTypeParser('application/json', (_request, _body, done) => done(null, ++read))
  installProblems(app)
  for (const [url, method] of Object.entries(ROUTES)) {
    app.route({ method: [...method], url, handler: async request => void handled.push(`${request.method} ${url}`) })
  }
  answerUnrouted(app, new Map(Object.entries(ROUTES)), () => false)
})
afterEach(() => app.close())

describe('a request without a route', () => {
  it.each([
    ['DELETE', '/things', 'GET, POST'],
    ['OPTIONS', '/things?x=1', 'GET, POST'],
    ['TRACE', '/things/7', 'GET, DELETE'],
    ['HEAD', '/things/7', 'GET, DELETE'],
    ['DELETE', '/things/7/files/a/b%2Fc', 'GET, PUT'],
  ] as const)('is 405 with the methods of its path: %s %s', async (method, url, allow) => {
    const reply = await app.inject({ method: method as 'GET', url })
    expect([reply.statusCode, reply.headers['allow'], handled]).toEqual([405, allow, []])
  })

  it.each([
    ['DELETE', '/things/new', 'PUT'],
    ['GET', '/things/new', 'PUT'],
    ['PUT', '/things/7/files/newest', 'GET'],
  ] as const)('is not that of a pattern that also matches its path: %s %s', async (method, url, allow) => {
    const reply = await app.inject({ method, url })
    expect([reply.statusCode, reply.headers['allow'], handled]).toEqual([405, allow, []])
  })

  it.each(['/', '/thing', '/things/7/files', '/things/7/other'])('is 404 for an unknown path: %s', async url => {
    const reply = await app.inject({ method: 'POST', url })
    expect([reply.statusCode, reply.headers['content-type']]).toEqual([404, 'application/problem+json'])
  })

  it.each(['/things/7', '/nothing'])('is answered before its body is read: %s', async url => {
    await app.inject({ method: 'POST', url, payload: { a: 1 } })
    expect(read).toBe(0)
  })
})

it('a request with a route reaches its handler', async () => {
  for (const [method, url] of [
    ['PUT', '/things/new'],
    ['DELETE', '/things/7'],
    ['PUT', '/things/7/files/a/b'],
    ['GET', '/things/7/files/newest'],
  ] as const) {
    await app.inject({ method, url })
  }
  expect(handled).toEqual(['PUT /things/new', 'DELETE /things/:id', 'PUT /things/:id/files/*', 'GET /things/:id/files/newest'])
})
