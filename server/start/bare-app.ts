import { randomUUID } from 'node:crypto'
import fastify, { type FastifyInstance, type FastifyRequest, type FastifyServerOptions, LogController } from 'fastify'
import { Problem } from '../../src/problem.ts'
import { refuseDuplicateHeaders } from '../http/bounds/duplicate-headers.ts'
import { keepAddresses } from '../http/bounds/forwarded.ts'
import { type Drain, endSlowReaders } from '../http/bounds/in-flight.ts'
import { allowOrigins } from '../http/cors.ts'
import { parseJson } from '../http/json.ts'
import { addressKey, type Limiter } from '../http/limits.ts'
import { ROUTING } from '../http/path/routing.ts'
import { installProblems, refuseUnparsed, send } from '../http/problems.ts'
import { serializerCompiler, validatorCompiler } from '../http/schemas.ts'
import '../http/request.ts'

/** Close slow and idle connections: Fastify has no limits by default. Node.js checks for such connections every 30 seconds by default. */
const TIMEOUTS = { connectionTimeout: 30_000, requestTimeout: 30_000, keepAliveTimeout: 72_000 }
const PARSER = { headersTimeout: 10_000, maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 1000 }
/**
 * The server requests a certificate from every client and accepts clients without one. It checks no issuer: an agent's certificate is
 * recognised by its fingerprint, and the handshake proves that the client has its key.
 */
const CLIENT_CERTIFICATES = { requestCert: true, rejectUnauthorized: false, handshakeTimeout: 10_000 }
const BODY_BYTES = 5 * 1024 * 1024

/** Responses carry tokens and secrets (RFC 6749 §5.1), and browsers must treat them as data only. */
const HEADERS = { 'cache-control': 'no-store', 'x-content-type-options': 'nosniff' }
/** Browsers use only TLS for a year, even for http links (RFC 6797). */
const OVER_TLS = { ...HEADERS, 'strict-transport-security': 'max-age=31536000' }

/** The settings that concern only HTTP. */
export interface BareConfig {
  readonly tls: { readonly cert: Buffer; readonly key: Buffer } | undefined
  readonly publicUrl: string | undefined
  readonly trustedProxies: readonly string[]
  readonly corsOrigins: readonly string[]
  readonly limits: { readonly drain: Drain }
}

export interface BareOptions {
  readonly logger?: FastifyServerOptions['logger'] | undefined
  readonly limitAddress: Limiter
}

/** A server without routes: how requests are read, bounded and answered when they fail. */
export function bareApp(config: BareConfig, { logger, limitAddress }: BareOptions): FastifyInstance {
  const app = fastify({
    ...TIMEOUTS,
    ...(config.tls ? { https: { ...PARSER, ...CLIENT_CERTIFICATES, ...config.tls } } : { http: PARSER }),
    bodyLimit: BODY_BYTES,
    trustProxy: config.trustedProxies.length > 0 ? [...config.trustedProxies] : false,
    routerOptions: ROUTING,
    exposeHeadRoutes: false,
    // Connected clients get their replies until the end; see `draining`.
    return503OnClosing: false,
    forceCloseConnections: false,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: () => randomUUID(),
    logger: logger ?? false,
    rewriteUrl: ({ url = '/' }) => targetOf(url),
    clientErrorHandler: refuseUnparsed,
    frameworkErrors: (_error, request, reply) =>
      send(new Problem('request.invalid', 'The URL cannot be decoded.'), request, reply),
  })

  app.decorateRequest('actor', undefined)
  app.decorateRequest('secretPath', undefined)
  for (const name of ['problem', 'admission', 'payment', 'rawBody'] as const) app.decorateRequest(name, undefined)
  app.setValidatorCompiler(validatorCompiler)
  app.setSerializerCompiler(serializerCompiler)
  parseJson(app)
  allowOrigins(app, config.corsOrigins)
  const headers = config.tls || config.publicUrl?.startsWith('https:') ? OVER_TLS : HEADERS
  app.addHook('onRequest', (request, reply, done) => {
    // Before anything reads the address of the client.
    if (config.trustedProxies.length > 0) keepAddresses(request.raw.headers)
    reply.headers(headers).header('x-request-id', request.id)
    limitAddress(addressKey(request.ip))
    refuseDuplicateHeaders(request.raw)
    done()
  })
  // After the hooks that every response needs.
  installProblems(app)
  waitForOurselves(app)
  endSlowReaders(app, config.limits.drain)
  return app
}

/** A connection counts as idle only while the server waits for its client, not while it computes a response, however long that takes. */
function waitForOurselves(app: FastifyInstance): void {
  const idleAfter = ({ raw: { socket } }: FastifyRequest, ms: number) => {
    // Injected requests have no connection.
    if ('setTimeout' in socket) socket.setTimeout(ms)
  }
  app.addHook('preHandler', (request, _reply, done) => {
    idleAfter(request, 0)
    done()
  })
  app.addHook('onSend', (request, _reply, _payload, done) => {
    idleAfter(request, TIMEOUTS.connectionTimeout)
    done()
  })
}

/**
 * The target of a request without scheme and authority, which clients of a proxy may send (RFC 9112 §3.2.2), and with the console's proxy
 * path `/api/v1/…` as `/v1/…`.
 */
function targetOf(url: string): string {
  const target = url.replace(/^https?:\/\/[^/?#]*/i, '') || '/'
  return target.startsWith('/api/v1/') ? target.slice(4) : target
}
