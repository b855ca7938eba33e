import type { Agent, ClientRequest, IncomingHttpHeaders, IncomingMessage, RequestOptions } from 'node:http'
import { type HttpReply, type HttpRequest, type Transport, textOf } from './transport.ts'

interface Http {
  readonly Agent: new (options: { keepAlive: boolean; proxyEnv?: ProxyEnv } & TlsOptions) => Agent
  request(options: RequestOptions): ClientRequest
}

/** For https, in PEM form: the trusted authorities, and this program's own certificate. */
export interface TlsOptions {
  readonly ca?: string[]
  readonly cert?: string
  readonly key?: string
}

/** The variables that name proxies, in the form that `node:http` takes. */
export type ProxyEnv = Readonly<Record<string, string>>

/** A proxy cannot reach this machine's own services. */
export const LOOPBACK = /^(localhost|127\.\d+\.\d+\.\d+|\[::1\])$/

/** The proxies in an environment, in either case; `ALL_PROXY` replaces a missing one of a scheme. Lower case wins, as with curl. */
export function proxiesOf(env: Readonly<Record<string, string | undefined>>): ProxyEnv {
  const named = (name: string) => env[name.toLowerCase()] || env[name]
  const all = named('ALL_PROXY')
  const found = { HTTP_PROXY: named('HTTP_PROXY') ?? all, HTTPS_PROXY: named('HTTPS_PROXY') ?? all, NO_PROXY: named('NO_PROXY') }
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => entry[1] !== undefined))
}

/**
 * `node:http` for short runs of the command line: loading it takes 4 ms, undici takes 40. The modules are fetched with `getBuiltinModule`
 * because an ES `import` of `node:http` evaluates its lazy `WebSocket` export, which loads undici after all. `tls` is called with the first
 * request over https.
 */
export function httpTransport(tls: () => TlsOptions = () => ({}), proxies: ProxyEnv = {}): Transport {
  const agents = new Map<string, Agent>()

  function start(request: HttpRequest): ClientRequest {
    const { protocol, hostname, port, pathname, search } = new URL(request.url)
    const http: Http = protocol === 'https:' ? process.getBuiltinModule('node:https') : process.getBuiltinModule('node:http')
    const proxyEnv = LOOPBACK.test(hostname) ? {} : proxies
    const agent = agents.get(protocol) ?? new http.Agent({ keepAlive: true, proxyEnv, ...(protocol === 'https:' && tls()) })
    agents.set(protocol, agent)
    const { method, signal } = request
    // Node.js sends the length of a body only for methods that usually have one, and DELETE is not among them.
    const headers =
      request.body === undefined
        ? request.headers
        : { ...request.headers, 'content-length': String(Buffer.byteLength(request.body)) }
    // URL keeps the brackets of an IPv6 address, which the resolver would treat as a name.
    const host = hostname.replace(/^\[|\]$/g, '')
    return http.request({ protocol, host, port, path: pathname + search, method, headers, signal, agent })
  }

  return {
    send(request) {
      return new Promise((resolve, reject) => {
        const fail = (error: unknown) => reject(request.signal.aborted ? request.signal.reason : error)
        const exchange = start(request)
        exchange.on('error', fail)
        exchange.on('response', answer => replyOf(answer).then(resolve, fail))
        exchange.end(request.body)
      })
    },
    async close() {
      for (const agent of agents.values()) agent.destroy()
      agents.clear()
    },
  }
}

async function replyOf(answer: IncomingMessage): Promise<HttpReply> {
  const body = await textOf(answer)
  return { status: answer.statusCode ?? 0, headers: singleValues(answer.headers), body }
}

/** Headers with one text each; the values of a repeated one are joined by commas. */
export function singleValues(headers: IncomingHttpHeaders): Record<string, string> {
  const single: Record<string, string> = {}
  for (const [name, value] of Object.entries(headers)) {
    if (value !== undefined) single[name] = Array.isArray(value) ? value.join(', ') : value
  }
  return single
}
