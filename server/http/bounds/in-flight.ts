import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../../src/problem.ts'
import type { Actor } from '../../policy/actor.ts'
import { addressKey } from '../limits.ts'

/**
 * Counts a concurrent reply.
 * @throws Problem `rate.limited` when there are too many
 */
export type AtOnce = (key: string, response: ServerResponse) => void

/** A reply is in flight until the system has its last byte, so a slow reader cannot have many of them waiting in memory. */
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

/** Counts something for a key until the system has the reply, or its connection has ended. */
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

/**
 * Counts the body of a request, of `limit` bytes at most.
 * @throws Problem `rate.limited` when there are too many bytes
 */
export type BodyRoom = (actor: Actor | undefined, request: Sent, limit: number, response: ServerResponse) => void

interface Sent {
  readonly ip: string
  readonly headers: IncomingHttpHeaders
}

const MIB = 1024 * 1024
/** Bytes of bodies in transit, for one unknown address and for one user or agent. */
const STRANGERS_BYTES = 8 * MIB
const PRINCIPALS_BYTES = 64 * MIB

/** A body is in memory from its first byte, and half of it can be withheld until the request times out. */
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

/** A body above its limit is refused without being read. */
function announced({ 'content-length': length, 'transfer-encoding': coding }: IncomingHttpHeaders, limit: number): number {
  if (length === undefined) return coding === undefined ? 0 : limit
  return Number(length) > limit ? 0 : Number(length)
}

/** The minimum speed of a reader. */
export interface Drain {
  /** The base time, for replies of any size. */
  readonly graceMs: number
  /** The extra time. */
  readonly bytesPerSecond: number
}

/** The system accepts at least this much at once, no matter who reads. */
const SMALL = 16 * 1024
const LOOKS_IN_GRACE = 10

/** Ends connections that do not read their replies. A client that reads one byte now and then would stay within every other timeout. */
export function endSlowReaders(app: FastifyInstance, { graceMs, bytesPerSecond }: Drain): void {
  /** Unsent replies with their deadlines, in milliseconds of the monotonic clock. */
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
