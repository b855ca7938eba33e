import autocannon from 'autocannon'
import { cpuSeconds, type Served } from './servers.ts'

export interface Load {
  /** Answers per second. */
  readonly rate: number
  /** Milliseconds; infinite if nothing was answered. */
  readonly p50: number
  readonly p99: number
  /** The number of answers that were neither 2xx nor 304, time-outs and broken connections. */
  readonly failures: number
  /** Answers of 304. */
  readonly unchanged: number
  /** Microseconds of processor time of the server for each answer: independent of the load generator's speed. */
  readonly cpuMicros: number
}

export interface Requests {
  readonly method?: 'GET' | 'PUT' | 'POST'
  /** Path of the nth request. */
  readonly path: (n: number) => string
  /** The token of the nth request, if they are not all by one caller. */
  readonly token?: string | ((n: number) => string)
  readonly body?: object
  /** `If-None-Match`. */
  readonly known?: string
}

const CONNECTIONS = 32

/** Sends one kind of request to a server for some seconds over 32 connections, or another number. */
export async function load(
  server: Served,
  seconds: number,
  { method = 'GET', path, token, body, known }: Requests,
  connections = CONNECTIONS,
): Promise<Load> {
  let n = 0
  const before = cpuSeconds(server.pid)
  const result = await autocannon({
    url: server.url,
    connections,
    duration: seconds,
    requests: [
      {
        method,
        headers: {
          ...(typeof token === 'string' && { authorization: `Bearer ${token}` }),
          ...(known !== undefined && { 'if-none-match': known }),
          ...(body && { 'content-type': 'application/json' }),
        },
        ...(body && { body: JSON.stringify(body) }),
        setupRequest: request => {
          const caller = typeof token === 'function' && { authorization: `Bearer ${token(n)}` }
          return { ...request, path: path(n++), headers: { ...request.headers, ...caller } }
        },
      },
    ],
  })
  const answers = result['2xx'] + result.non2xx
  return {
    rate: answers / result.duration,
    p50: answers > 0 ? result.latency.p50 : Number.POSITIVE_INFINITY,
    p99: answers > 0 ? result.latency.p99 : Number.POSITIVE_INFINITY,
    failures: result.non2xx - result['3xx'] + result.errors + result.timeouts,
    unchanged: result['3xx'],
    cpuMicros: ((cpuSeconds(server.pid) - before) / answers) * 1e6,
  }
}
