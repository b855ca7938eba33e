/**
 * The typed client of the 1claw API: every operation of the endpoint table by its id, with its own types, over any transport.
 *
 *     const client = createClient({ baseUrl, auth: bearer(token), transport: undiciTransport() })
 *     const secret = await client.call('secrets.get', { params: { vault_id, path: 'prod/db' } })
 */
import type { OperationId } from '../contract/all.ts'
import { answerOf, noAnswer, PLAIN_HINTS } from './answer.ts'
import type { Auth } from './auth.ts'
import type { Call, CallOptions, Exchange, Reply } from './call.ts'
import type { Hints } from './hints.ts'
import { PAGED, type Page, withAllPages } from './paged.ts'
import type { Payer } from './payer.ts'
import { ensureHttpUrl, requestUrl } from './request-url.ts'
import { persistently } from './retry.ts'
import { ROUTES, type Route } from './routes.ts'
import type { HttpReply, Transport } from './transport.ts'

export type { OperationId } from '../contract/all.ts'
export type { Call, CallOptions, Exchange, Input, Reply } from './call.ts'

/** A request that is not in the table of operations. */
export interface RawRequest extends CallOptions {
  readonly method: string
  /** The part below the base URL, with its leading slash; sent unchanged. */
  readonly path: string
  /** JSON text. */
  readonly body?: string
}

/** The typed client of the API. */
export interface Client {
  readonly baseUrl: string
  /** Calls one operation. Throws a `Problem`: the server's, or `server.unreachable`, `server.unexpected`, `timeout`, `cancelled`. */
  readonly call: Call
  /** Any request with this client's credentials; returns every status, throws only without a reply. */
  raw(request: RawRequest): Promise<HttpReply>
  /** Closes idle connections. */
  close(): Promise<void>
}

/** The server, and the client's credentials; times in milliseconds. */
export interface ClientOptions {
  readonly baseUrl: string
  readonly transport: Transport
  /** If absent, calls are anonymous. */
  readonly auth?: Auth | undefined
  readonly userAgent?: string | undefined
  /** The time limit of a call in milliseconds; 30 000 by default. */
  readonly timeoutMs?: number | undefined
  readonly observe?: ((exchange: Exchange) => void) | undefined
  /** If absent, a required payment is an error. */
  readonly payer?: Payer | undefined
  /** What to do after a failure, in the words of the user's interface; by default, hints that name no flag and no option. */
  readonly hints?: Hints | undefined
}

interface Loose {
  readonly params?: Record<string, string | number>
  readonly query?: Record<string, string | number | undefined>
  readonly body?: unknown
}

interface Outgoing extends CallOptions {
  readonly method: string
  readonly url: string
  readonly body?: string | undefined
  /** Whether it can be repeated. */
  readonly repeatable: boolean
}

/** POST operations that change nothing, and sign-ins, which can be repeated. */
const REPEATABLE: readonly OperationId[] = [
  'secrets.read-many',
  'policies.explain',
  'auth.token',
  'auth.api-key-token',
  'auth.agent-token',
]
/** Each look at a share counts. */
const COUNTED: readonly OperationId[] = ['shares.open']

/** Creates a client. It opens no connection before the first call. */
export function createClient(options: ClientOptions): Client {
  const { baseUrl, transport, auth, hints = PLAIN_HINTS } = options
  ensureHttpUrl(baseUrl)

  function send(request: Outgoing, authorization?: string): Promise<HttpReply> {
    const limit = request.timeoutMs ?? options.timeoutMs ?? 30_000
    const deadline = performance.now() + limit
    const repeatable = request.repeatable || request.headers?.['idempotency-key'] !== undefined
    return persistently({ repeatable, deadline, signal: request.signal }, () => sendOnce(request, authorization, deadline, limit))
  }

  async function sendOnce(
    request: Outgoing,
    authorization: string | undefined,
    deadline: number,
    limit: number,
  ): Promise<HttpReply> {
    const timeout = AbortSignal.timeout(Math.max(1, Math.ceil(deadline - performance.now())))
    const signal = request.signal ? AbortSignal.any([request.signal, timeout]) : timeout
    const headers = {
      accept: 'application/json',
      ...(options.userAgent && { 'user-agent': options.userAgent }),
      ...(request.body !== undefined && { 'content-type': 'application/json' }),
      ...(authorization && { authorization }),
      ...request.headers,
    }
    const began = performance.now()
    const report = (status: number, requestId?: string) => {
      const ms = Math.round(performance.now() - began)
      const exchange = { method: request.method, path: new URL(request.url).pathname, status, ms, requestId }
      options.observe?.(exchange)
      request.observe?.(exchange)
    }
    try {
      const reply = await transport.send({ ...request, headers, signal })
      report(reply.status, reply.headers['x-request-id'])
      return reply
    } catch (error) {
      report(0)
      throw noAnswer(error, { baseUrl, signal, limitMs: limit, hints })
    }
  }

  async function sendSigned(request: Outgoing): Promise<HttpReply> {
    if (!auth) return send(request)
    const header = await auth.authorize(anonymous)
    const reply = await send(request, header)
    if (reply.status !== 401 || !auth.refused(header)) return reply
    return send(request, await auth.authorize(anonymous))
  }

  /** Pays if the server requires it; the payment is sent with every attempt of the request, and counts once. */
  async function sendPaid(request: Outgoing): Promise<HttpReply> {
    const { payer } = options
    const refused = await sendSigned(request)
    const payment = refused.status === 402 ? await payer?.pay(request, refused) : undefined
    if (!payer || !payment) return refused
    for (let tries = 1; ; tries++) {
      const reply = await sendSigned({ ...request, headers: { ...request.headers, ...payment } })
      if (!(await payer.answered(reply, tries))) return reply
    }
  }

  function outgoing(id: OperationId, input: Loose, call: CallOptions): Outgoing {
    const [method, path, rest]: Route = ROUTES[id]
    const url = requestUrl(baseUrl, { path, rest }, input.params, input.query)
    const repeatable = method === 'GET' ? !COUNTED.includes(id) : REPEATABLE.includes(id)
    return { ...call, method, url, repeatable, body: input.body === undefined ? undefined : JSON.stringify(input.body) }
  }

  const caller =
    (via: (request: Outgoing) => Promise<HttpReply>): Call =>
    async (id, ...[input, call]) => {
      const given = (input ?? {}) as Loose
      const ask = async (query: Loose['query']): Promise<Reply<typeof id>> => {
        const request = outgoing(id, { ...given, ...(query && { query }) }, call ?? {})
        return answerOf(await via(request), request.url, hints)
      }
      const reply = await ask(given.query)
      const wantsOnePage = given.query?.['limit'] !== undefined || given.query?.['cursor'] !== undefined
      if (!PAGED.has(id) || wantsOnePage || !hasNext(reply)) return reply
      return withAllPages(reply, cursor => ask({ ...given.query, cursor }))
    }

  const anonymous = caller(send)

  return {
    baseUrl,
    call: caller(sendPaid),
    raw: ({ path, ...request }) =>
      sendPaid({ ...request, repeatable: request.method === 'GET', url: baseUrl.replace(/\/+$/, '') + path }),
    close: () => transport.close(),
  }
}

function hasNext<R>(reply: R): reply is R & Page {
  return typeof reply === 'object' && reply !== null && 'next_cursor' in reply
}
