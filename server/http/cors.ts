import type { FastifyInstance, FastifyReply } from 'fastify'

/** The headers that a page can send: those of operations, and the proofs of payment of both versions of x402. */
const ALLOWED_HEADERS = [
  'authorization',
  'content-type',
  'idempotency-key',
  'if-none-match',
  'payment-signature',
  'x-cmek-new-key',
  'x-cmek-old-key',
  'x-payment',
  'x-share-passphrase',
].join(', ')

/** The headers that a page can read. */
const EXPOSED_HEADERS = [
  'etag',
  'payment-required',
  'payment-response',
  'retry-after',
  'x-credit-balance-cents',
  'x-credit-expiring-soon',
  'x-overage-method',
  'x-payment-response',
  'x-quota-warning',
  'x-ratelimit-requests-limit',
  'x-ratelimit-requests-percent',
  'x-ratelimit-requests-used',
  'x-request-id',
].join(', ')

/**
 * Cross-origin requests (Fetch standard, §3.2): only from the configured origins. Without any, nothing is added. Call this before anything
 * that can refuse a request, so that a page can read the refusal.
 */
export function allowOrigins(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  app.addHook('onRequest', async ({ headers: { origin } }, reply) => {
    reply.header('vary', 'Origin')
    if (origin === undefined || !origins.includes(origin)) return
    reply.header('access-control-allow-origin', origin).header('access-control-expose-headers', EXPOSED_HEADERS)
  })
}

/** Answers the preflights of those origins; call this after the limits. Any other OPTIONS request reaches the routes. */
export function answerPreflights(app: FastifyInstance, origins: readonly string[]): void {
  if (origins.length === 0) return
  app.addHook('onRequest', async ({ method, headers }, reply) => {
    const isPreflight = method === 'OPTIONS' && headers['access-control-request-method'] !== undefined
    if (isPreflight && headers.origin !== undefined && origins.includes(headers.origin)) return preflight(reply)
  })
}

function preflight(reply: FastifyReply): FastifyReply {
  return reply
    .header('access-control-allow-methods', 'GET, POST, PUT, PATCH, DELETE')
    .header('access-control-allow-headers', ALLOWED_HEADERS)
    .header('access-control-max-age', '600')
    .code(204)
    .send()
}
