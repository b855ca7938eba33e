/** One question at a time, and what others notice of many. */
import { load, type Requests } from '../load.ts'
import type { Served } from '../servers.ts'
import { type Figure, GOALS } from './figure.ts'

/** `/livez`, requested over one connection. */
export const LIVEZ: Requests = { path: () => '/livez' }

export interface Answer {
  readonly status: number
  readonly body: string
  readonly etag: string | null
  /** From the request to the last byte, in milliseconds. */
  readonly ms: number
}

export async function ask({ url }: Served, token: string, path: string, method = 'GET'): Promise<Answer> {
  const began = performance.now()
  const reply = await fetch(`${url}${path}`, { method, headers: { authorization: `Bearer ${token}` } })
  const body = await reply.text()
  return { status: reply.status, body, etag: reply.headers.get('etag'), ms: performance.now() - began }
}

/** The median time of an answer without other requests, in milliseconds, after one that does not count. */
export async function median(server: Served, token: string, path: string, times = 7): Promise<number> {
  const taken: number[] = []
  for (let time = 0; time <= times; time++) {
    const { status, ms } = await ask(server, token, path)
    if (status !== 200) throw new Error(`${path} answered ${status}.`)
    if (time > 0) taken.push(ms)
  }
  return taken.sort((one, other) => one - other)[Math.floor(times / 2)] ?? 0
}

/** The times of other reads and of `/livez` while `connections` ask the same question again and again. */
export async function beside(server: Served, reads: Requests, question: Requests, connections: number): Promise<Figure> {
  const asking = load(server, 4, question, connections)
  const others = await load(server, 2, reads, 8)
  const livez = await load(server, 1.5, LIVEZ, 1)
  await asking
  const text = `${others.rate.toFixed(0)} reads/s p99 ${others.p99} ms, /livez p99 ${livez.p99} ms`
  return { text, value: livez.p99, most: GOALS.livez }
}
