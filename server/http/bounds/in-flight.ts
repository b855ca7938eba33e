import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../../src/problem.ts'
import type { Actor } from '../../policy/actor.ts'
import { addressKey } from '../limits.ts'

/** Counts an answer that is under way for somebody. @throws Problem `rate.limited` when too many are. */
export type AtOnce = (key: string, response: ServerResponse) => void

/** An answer is under way until its last byte is with the system, so that who reads slowly does not have many of them wait in memory. */
export function atOnce(most: number): AtOnce {
  const underWay = new Map<string, number>()
  return (key, response) => {
    const count = underWay.get(key) ?? 0
    if (count >= most) {
      throw new Problem('rate.limited', `${count} of your requests are still being answered. Wait for one to finish.`, {
        retryAfter: 1,
      })
    }
    takeUntilOver(underWay, key, 1, response)
  }
}

/** Counts something for a key until an answer is with the system, or its connection has ended. */
function takeUntilOver(taken: Map<string, number>, key: string, amount: number, response: ServerResponse): void {
  taken.set(key, (taken.get(key) ?? 0) + amount)
  let counted = true
  const over = () => {
    if (!counted) return
    counted = false
    const left = (taken.get(key) ?? amount) - amount
    if (left > 0) taken.set(key, left)
    else taken.delete(key)
  }
  response.once('finish', over).once('close', over)
}

/** Counts the body of a request that is to be read, of `limit` bytes at most. @throws Problem `rate.limited` when too much is. */
export type BodyRoom = (actor: Actor | undefined, request: Sent, limit: number, response: ServerResponse) => void

interface Sent {
  readonly ip: string
  readonly headers: IncomingHttpHeaders
}

const MIB = 1024 * 1024
/** Bytes of bodies that are being received at a time, from one address of strangers and from one user or agent. */
const STRANGERS_BYTES = 8 * MIB
const PRINCIPALS_BYTES = 64 * MIB

/** A body lies in memory from its first byte on, and half of it can be kept back until the request times out. */
export function bodyRoom(isBounded: boolean): BodyRoom {
  const taken = new Map<string, number>()
  return (actor, { ip, headers }, limit, response) => {
    const bytes = announced(headers, limit)
    if (!isBounded || bytes === 0) return
    const key = actor ? `${actor.type}:${actor.id}` : addressKey(ip)
    const before = taken.get(key) ?? 0
    if (before > 0 && before + bytes > (actor ? PRINCIPALS_BYTES : STRANGERS_BYTES)) {
      const many = Math.ceil(before / MIB)
      throw new Problem('rate.limited', `${many} MiB of your requests are still being received. Wait for one to finish.`, {
        retryAfter: 1,
      })
    }
    takeUntilOver(taken, key, bytes, response)
  }
}

/** What is longer than it may be is refused without being read. */
function announced({ 'content-length': length, 'transfer-encoding': coding }: IncomingHttpHeaders, limit: number): number {
  if (length === undefined) return coding === undefined ? 0 : limit
  return Number(length) > limit ? 0 : Number(length)
}

/** How fast an answer must be read. */
export interface Drain {
  /** For answers of any size. */
  readonly graceMs: number
  /** What is allowed on top of it. */
  readonly bytesPerSecond: number
}

/** Less than this is with the system at once, no matter who reads. */
const SMALL = 16 * 1024
const LOOKS_IN_GRACE = 10

/** Ends connections that do not read their answers. One that reads a byte now and then would stay within every timeout of its own. */
export function endSlowReaders(app: FastifyInstance, { graceMs, bytesPerSecond }: Drain): void {
  /** Answers that are not with the system yet, and when they must be, in milliseconds of the monotonic clock. */
  const waiting = new Map<ServerResponse, number>()
  const looking = setInterval(() => {
    const now = performance.now()
    for (const [response, until] of waiting) if (now > until) response.socket?.destroy()
  }, graceMs / LOOKS_IN_GRACE).unref()

  app.addHook('onSend', (_request, { raw }, payload, done) => {
    const bytes = typeof payload === 'string' || Buffer.isBuffer(payload) ? payload.length : 0
    if (bytes > SMALL) {
      waiting.set(raw, performance.now() + graceMs + (1000 * bytes) / bytesPerSecond)
      raw.once('finish', () => waiting.delete(raw)).once('close', () => waiting.delete(raw))
    }
    done()
  })
  app.addHook('onClose', (_instance, done) => {
    clearInterval(looking)
    done()
  })
}
