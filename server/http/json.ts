import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../src/problem.ts'

/**
 * Bodies are JSON or nothing. `Content-Type: application/json` with no body is an empty body: existing clients send it on DELETE and
 * POST. A `__proto__` or `constructor.prototype` key is refused rather than dropped, and so are bytes that are not UTF-8 (RFC 8259
 * §8.1): decoded leniently, a secret would be stored other than it was sent.
 */
export function parseJson(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? ''
    // Taken as it is, a compressed value would be stored compressed, and a plain one under a wrong label.
    if (coding === '' || coding === 'identity') return done(null, payload)
    const named = coding.replace(/[^\w ,-]/g, '').slice(0, 40)
    done(new Problem('request.media-type', `Content-Encoding ${named} is not decoded; send the body as it is.`))
  })
  const parse = app.getDefaultJsonParser('error', 'error')
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body
    if (body.length === 0) done(null, undefined)
    else if (isUtf8(body)) parse(request, body.toString('utf8'), done)
    else done(new Problem('request.invalid', 'The body is not valid UTF-8.'))
  })
}
