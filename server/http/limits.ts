import { Problem } from '../../src/problem.ts'

/** A steady rate with a burst on top. */
export interface Rate {
  /** Requests a second in the long run. */
  readonly perSecond: number
  /** Requests at once after a rest. */
  readonly burst: number
}

/** Lets a request of `key` pass or throws Problem `rate.limited` with the seconds to wait. */
export type Limiter = (key: string) => void

/** Keys remembered at most; the ones that have waited longest are forgotten first, which can only be lenient. */
const MAX_KEYS = 100_000

/**
 * The generic cell rate algorithm (ITU-T I.371): for each key one number, the time at which its bucket would be empty again. Kept
 * in memory of this process.
 */
export function limiter({ perSecond, burst }: Rate, clock: () => number): Limiter {
  const interval = 1000 / perSecond
  const tolerance = interval * burst
  const emptyAt = new Map<string, number>()
  return key => {
    const now = clock()
    const next = Math.max(emptyAt.get(key) ?? 0, now) + interval
    if (next - now > tolerance) {
      throw new Problem('rate.limited', 'Too many requests; slow down.', { retryAfter: Math.ceil((next - now - tolerance) / 1000) })
    }
    emptyAt.delete(key)
    emptyAt.set(key, next)
    if (emptyAt.size > MAX_KEYS) emptyAt.delete(emptyAt.keys().next().value as string)
  }
}
