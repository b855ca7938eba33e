import { isUtf8 } from 'node:buffer'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../src/problem.ts'
import { illFormed } from './call/well-formed.ts'
import { oneInEachTurn } from './slices.ts'

/**
 * Bodies are JSON or empty. `Content-Type: application/json` with no body is an empty body: existing clients send it on DELETE and POST. A
 * `__proto__` or `constructor.prototype` key is refused rather than dropped, and so are bytes that are not UTF-8 (RFC 8259 §8.1): if they
 * were decoded leniently, the stored secret would differ from the one that was sent. For the same reason, half a surrogate pair is refused.
 */
export function parseJson(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const coding = request.headers['content-encoding']?.trim().toLowerCase() ?? ''
    // If it were accepted unchanged, a compressed value would be stored compressed, and a plain one with a wrong label.
    if (coding === '' || coding === 'identity') return done(null, payload)
    const named = coding.replace(/[^\w ,-]/g, '').slice(0, 40)
    done(new Problem('request.media-type', `Content-Encoding ${named} is not supported; send the body without encoding.`))
  })
  const parseSafely = app.getDefaultJsonParser('error', 'error')
  const inTurn = oneInEachTurn()
  app.removeAllContentTypeParsers()
  app.addContentTypeParser<Buffer>('application/json', { parseAs: 'buffer' }, (request, body, done) => {
    request.rawBody = body
    if (body.length === 0) done(null, undefined)
    else if (hasTooMany(body)) done(new Problem('request.too-large', `The body has more than ${MOST_PARTS} members and lists.`))
    else if (!isUtf8(body)) done(new Problem('request.invalid', 'The body is not valid UTF-8.'))
    else if (body.length < LARGE) parse(body.toString('utf8'), checked)
    else inTurn(() => decodeAndParse(body))

    function decodeAndParse(large: Buffer): void {
      const text = large.toString('utf8')
      inTurn(() => parse(text, (error, value) => inTurn(() => checked(error, value))))
    }

    function parse(text: string, then: (error: Error | null, value?: unknown) => void): void {
      parseSafely(request, text, then)
    }

    function checked(error: Error | null, value?: unknown): void {
      done(error ?? illFormed(body, value) ?? null, value)
    }
  })
}

/** Bytes of a body that is joined, decoded, parsed and checked in four turns of the event loop, which it shares with no other such body. */
const LARGE = 128 * 1024

/** Members, entries, objects and lists of a body: they determine the cost of parsing and checking it, not the length of a value. */
export const MOST_PARTS = 40_000

const [QUOTE = 0, BACKSLASH = 0, COMMA = 0, BRACKET = 0, BRACE = 0] = Buffer.from('"\\,[{')

/** Checks only the bytes: in UTF-8 none of these is part of another character. Each part takes at least one byte. */
function hasTooMany(body: Buffer): boolean {
  if (body.length <= MOST_PARTS) return false
  let parts = 0
  for (let at = 0; at < body.length; at++) {
    const byte = body[at]
    if (byte === QUOTE) at = endOfText(body, at + 1)
    else if ((byte === COMMA || byte === BRACKET || byte === BRACE) && ++parts > MOST_PARTS) return true
  }
  return false
}

/** The number of bytes of a string that are checked one by one before the rest is searched: starting a search takes as long. */
const NEAR = 64

/** The position of a string's closing quote; `at` is after the opening one. */
function endOfText(body: Buffer, at: number): number {
  for (let from = at; from < body.length; ) {
    const near = Math.min(from + NEAR, body.length)
    for (; from < near; from++) {
      if (body[from] === QUOTE) return from
      if (body[from] === BACKSLASH) from++
    }
    const quote = body.indexOf(QUOTE, from)
    if (quote < 0) return body.length
    let escapes = 0
    while (quote - escapes > from && body[quote - escapes - 1] === BACKSLASH) escapes++
    if (escapes % 2 === 0) return quote
    from = quote + 1
  }
  return body.length
}
