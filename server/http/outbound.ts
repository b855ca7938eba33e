import { type LookupAddress, lookup as systemLookup } from 'node:dns'
import { isIP, type LookupFunction } from 'node:net'
import type { Dispatcher } from 'undici'
import { rangesOf } from '../policy/conditions.ts'

/**
 * Never contacted, regardless of any setting: link-local addresses, where clouds give credentials to anything that asks from inside, metadata
 * services at other addresses (AWS, Google, Azure, Alibaba, Oracle), the forms of these behind NAT64 and 6to4, and addresses that are not a
 * single host.
 */
const inForbiddenRange = rangesOf([
  '0.0.0.0/8',
  '100.100.100.200/32',
  '168.63.129.16/32',
  '169.254.0.0/16',
  '192.0.0.192/32',
  '224.0.0.0/4',
  '255.255.255.255/32',
  '::/128',
  '64:ff9b::a9fe:0/112',
  '2002:a9fe::/32',
  'fd00:ec2::254/128',
  'fd20:ce::254/128',
  'fe80::/10',
  'ff00::/8',
])

export interface OutboundRequest {
  readonly url: string
  readonly headers?: Readonly<Record<string, string>>
  /** The time limit from the look-up of the name to the last byte of the reply. */
  readonly timeoutMs: number
  readonly maxBytes: number
}

export interface OutboundReply {
  readonly status: number
  readonly body: string
}

/** Calls an address that an admin or the operator has configured. */
export interface Outbound {
  /** Like `post`, without a body. */
  get(request: OutboundRequest): Promise<OutboundReply>
  /**
   * `body` is JSON text. Redirects are returned like any other reply.
   * @throws Error if it is refused, cannot be resolved, does not reply in time, or its reply is too long
   */
  post(request: OutboundRequest & { readonly body: string }): Promise<OutboundReply>
  /**
   * For a library that makes its own requests. No redirect is followed.
   * @throws Error for a forbidden address
   */
  readonly fetch: typeof globalThis.fetch
  close(): Promise<void>
}

export interface OutboundOptions {
  readonly lookup?: typeof systemLookup | undefined
  /** If absent, every call goes directly. `exceptFor` has the format of `NO_PROXY`. */
  readonly proxies?:
    | { readonly http: string | undefined; readonly https: string | undefined; readonly exceptFor: string | undefined }
    | undefined
}

let loading: Promise<typeof import('undici')> | undefined

/** Loaded with the first call: it takes 40 ms, and many servers never make one. Node.js takes 7 µs for each later `import()`, so the first is kept. */
function undici() {
  loading ??= import('undici')
  return loading
}

/** A proxy cannot reach this machine's own services. */
const LOOPBACK = 'localhost,127.0.0.1,::1'

export function isForbidden(address: string): boolean {
  return inForbiddenRange(address)
}

/**
 * The client for calls to other servers. Names are checked when they are resolved, for each connection again, so a name cannot change
 * between the check and the connection. If one of its addresses is forbidden, none is used.
 */
export function outbound({ lookup = systemLookup, proxies }: OutboundOptions = {}): Outbound {
  let agent: Promise<Dispatcher> | undefined

  const vetted: LookupFunction = (hostname, options, done) => {
    lookup(hostname, { ...options, all: true }, (error, addresses: LookupAddress[]) => {
      if (error) return done(error, '')
      const [first] = addresses
      if (!first || addresses.some(({ address }) => isForbidden(address))) return done(refused(hostname), '')
      return options.all ? done(null, addresses) : done(null, first.address, first.family)
    })
  }

  const start = async () => {
    const { Agent, EnvHttpProxyAgent } = await undici()
    const options = { connect: { lookup: vetted, timeout: 5000 }, connections: 64, keepAliveTimeout: 30_000, pipelining: 1 }
    if (!proxies) return new Agent(options)
    const { http = '', https = '', exceptFor = '' } = proxies
    return new EnvHttpProxyAgent({ ...options, httpProxy: http, httpsProxy: https, noProxy: `${exceptFor},${LOOPBACK}` })
  }

  /** With a proxy, the proxy resolves names; names that this machine can resolve are still checked. */
  const vet = (hostname: string) =>
    new Promise<void>((resolve, reject) => {
      lookup(hostname, { all: true }, (error, addresses) => {
        if (!error && addresses.some(({ address }) => isForbidden(address))) reject(refused(hostname))
        else resolve()
      })
    })

  /** The route to a host, if it is allowed. */
  async function wayTo(url: string): Promise<Dispatcher> {
    const { hostname } = new URL(url)
    const literal = hostname.replace(/^\[|\]$/g, '')
    if (isIP(literal) !== 0 && isForbidden(literal)) throw refused(hostname)
    if (proxies && isIP(literal) === 0) await vet(hostname)
    agent ??= start()
    return agent
  }

  async function send(method: 'GET' | 'POST', { url, headers, timeoutMs, maxBytes }: OutboundRequest, body?: string) {
    const dispatcher = await wayTo(url)
    const { request } = await undici()
    const reply = await request(url, {
      dispatcher,
      method,
      headers: { accept: 'application/json', ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
      ...(body !== undefined && { body }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    return { status: reply.statusCode, body: await textOf(reply.body, maxBytes) }
  }

  return {
    get: request => send('GET', request),
    post: ({ body, ...request }) => send('POST', request, body),
    async fetch(input, init) {
      const request = new Request(input, init)
      const dispatcher = await wayTo(request.url)
      const { fetch } = await undici()
      const body = request.body === null ? undefined : await request.arrayBuffer()
      const { method, headers, signal } = request
      return (await fetch(request.url, {
        method,
        headers: [...headers],
        signal,
        dispatcher,
        redirect: 'error',
        ...(body && { body }),
      })) as Response
    },
    async close() {
      await (await agent)?.destroy()
    },
  }
}

async function textOf(body: AsyncIterable<Uint8Array>, maxBytes: number): Promise<string> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of body) {
    bytes += chunk.byteLength
    if (bytes > maxBytes) throw new Error('The answer is too long.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

function refused(hostname: string): Error {
  return new Error(`${hostname} is at an address that is never contacted.`)
}
