import type { Socket } from 'node:net'
import type { FastifyError, FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { PROBLEMS, Problem, type ProblemBody, TYPED } from '../../src/problem.ts'
import { validationProblem } from './validation.ts'

/** `getBuiltinModule` because an ES `import` of `node:http` evaluates its lazy `WebSocket`, which loads undici: 13 MiB and 20 ms. */
const { STATUS_CODES } = process.getBuiltinModule('node:http')

/**
 * The only place that writes an error reply: RFC 9457 `application/problem+json`. An error that is not a `Problem` reveals nothing
 * internal.
 */
export function installProblems(app: FastifyInstance): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = problemOf(error)
    if (problem.status >= 500 && problem.code !== 'server.sealed')
      request.log.error({ err: error, cause: problem.extras.cause }, problem.message)
    send(problem, request, reply)
  })
}

/** Sends a problem that occurred before routing, for example for a URL that cannot be decoded. */
export function send(problem: Problem, request: FastifyRequest, reply: FastifyReply): void {
  const { retryAfter, allow, offer } = problem.extras
  reply.header('x-request-id', request.id)
  if (retryAfter !== undefined) reply.header('retry-after', String(retryAfter))
  if (allow) reply.header('allow', allow.join(', '))
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer')
  request.problem = problem
  if (offer) {
    sendOffer(offer, reply)
    return
  }
  reply
    .code(problem.status)
    .header('content-type', 'application/problem+json')
    .serializer(JSON.stringify)
    .send(bodyOf(problem, request.id))
}

/** A 402 of the x402 protocol, whose body is the protocol's own. */
function sendOffer({ body, header }: NonNullable<Problem['extras']['offer']>, reply: FastifyReply): void {
  reply
    .code(402)
    .headers({ 'content-type': 'application/json', 'payment-required': header })
    .serializer(JSON.stringify)
    .send(body)
}

/** The reply for a value that was changed from outside, or whose key is lost: it says only that, and who can find the reason. */
const UNREADABLE = {
  detail: 'The stored value could not be opened. It, its place or its key was changed outside the server, or damaged.',
  hint: 'Tell the operator of the server when this happened: its log says why. Do not purge it before they have looked.',
}

function bodyOf(problem: Problem, requestId: string): ProblemBody {
  const type = TYPED[problem.code]
  return {
    type: type ?? 'about:blank',
    title: type ? PROBLEMS[problem.code].title : (STATUS_CODES[problem.status] ?? 'Error'),
    status: problem.status,
    ...(problem.status !== 500 && { detail: problem.message }),
    ...(problem.code === 'secret.unreadable' && UNREADABLE),
    request_id: requestId,
    ...(problem.extras.fields && { fields: problem.extras.fields }),
    // Hints about internal faults are for the operator, who has the log; hints about missing configuration are also for the caller.
    ...(problem.extras.hint &&
      (problem.status < 500 || problem.code === 'feature.unconfigured') && { hint: problem.extras.hint }),
  }
}

/** Turns fastify's errors into problems of this API; fastify's own codes are not part of it. */
const FRAMEWORK: Record<string, (error: FastifyError) => Problem> = {
  FST_ERR_CTP_BODY_TOO_LARGE: () => new Problem('request.too-large', 'The body is larger than this endpoint accepts.'),
  FST_ERR_CTP_INVALID_MEDIA_TYPE: () => new Problem('request.media-type', 'Send the body as application/json.'),
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: () => new Problem('request.invalid', 'Content-Length does not match the body.'),
  FST_ERR_CTP_INVALID_JSON_BODY: () => new Problem('request.invalid', 'The body is not valid JSON.'),
  FST_ERR_BAD_URL: () => new Problem('request.invalid', 'The URL cannot be decoded.'),
  FST_ERR_VALIDATION: validationProblem,
  ECONNRESET: () => new Problem('request.invalid', 'The connection ended before the body did.'),
}

function problemOf(error: unknown): Problem {
  if (error instanceof Problem) return error.status === 0 ? internal(error) : error
  const framework = FRAMEWORK[(error as FastifyError).code]
  return framework ? framework(error as FastifyError) : internal(error)
}

function internal(cause: unknown): Problem {
  return new Problem('internal', undefined, { cause })
}

/** The errors of Node.js's parser: without a request there is no caller and no id. */
export function refuseUnparsed(error: Error & { code?: string }, socket: Socket): void {
  if (error.code === 'ECONNRESET' || socket.destroyed || !socket.writable) return void socket.destroy()
  const status = UNPARSED[error.code ?? ''] ?? 400
  const title = STATUS_CODES[status] ?? 'Error'
  const body = JSON.stringify({ type: 'about:blank', title, status } satisfies ProblemBody)
  const head = [
    `HTTP/1.1 ${status} ${title}`,
    'content-type: application/problem+json',
    `content-length: ${body.length}`,
    'connection: close',
  ]
  socket.end(`${head.join('\r\n')}\r\n\r\n${body}`)
}

const UNPARSED: Record<string, number> = { ERR_HTTP_REQUEST_TIMEOUT: 408, HPE_HEADER_OVERFLOW: 431 }
