import type { ServerResponse } from 'node:http'
import type { FastifyInstance } from 'fastify'
import { Problem } from '../../../src/problem.ts'

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
    underWay.set(key, count + 1)
    let counted = true
    const over = () => {
      if (!counted) return
      counted = false
      const left = (underWay.get(key) ?? 1) - 1
      if (left > 0) underWay.set(key, left)
      else underWay.delete(key)
    }
    response.once('finish', over).once('close', over)
  }
}

/** How fast an answer must be read. */
export interface Drain {
  /** For answers of any size. */
  readonly graceMs: number
  /** What is allowed on top of it. */
  readonly bytesPerSecond: number
}

/** Less than this is with the system at once, whoever reads. */
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
