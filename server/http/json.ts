import type { FastifyInstance } from 'fastify'

/**
 * Bodies are JSON or nothing. `Content-Type: application/json` with no body is an empty body: existing clients send it on DELETE and
 * POST. A `__proto__` or `constructor.prototype` key is refused rather than dropped.
 */
export function parseJson(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined)
    else parse(request, body as string, done)
  })
}
