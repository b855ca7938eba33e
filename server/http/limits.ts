import { isIPv4 } from 'node:net'
import ipaddr from 'ipaddr.js'
import { Problem } from '../../src/problem.ts'

/** A steady rate with a burst on top. */
export interface Rate {
  /** Requests a second on average. */
  readonly perSecond: number
  /** Requests at once after a pause. */
  readonly burst: number
}

/** Admits a request of `key` or throws Problem `rate.limited` with the seconds to wait. */
export type Limiter = (key: string) => void

/** The maximum number of remembered keys; the oldest are dropped first, which only makes the limit more lenient. */
const MAX_KEYS = 100_000

/**
 * The generic cell rate algorithm (ITU-T I.371): one number for each key, the time at which its bucket would be empty again. Kept in the
 * memory of this process.
 */
export function limiter({ perSecond, burst }: Rate, clock: () => number): Limiter {
  const interval = 1000 / perSecond
  const tolerance = interval * burst
  const emptyAt = new Map<string, number>()
  return key => {
    const now = clock()
    const known = emptyAt.get(key) ?? 0
    // This is later than any admitted request can have set it: the clock was set back, and waiting until then could take days.
    const next = (known - now > tolerance ? now : Math.max(known, now)) + interval
    if (next - now > tolerance) {
      throw new Problem('rate.limited', 'Too many requests; slow down.', {
        retryAfter: Math.ceil((next - now - tolerance) / 1000),
      })
    }
    emptyAt.delete(key)
    emptyAt.set(key, next)
    if (emptyAt.size > MAX_KEYS) emptyAt.delete(emptyAt.keys().next().value as string)
  }
}

/** The bits of an IPv6 address that identify a subscriber, who can choose the other 64 freely. */
const IPV6_PREFIX = 64

/** A client's address in the form for counters: the whole of an IPv4 address, the network of an IPv6 one. */
export function addressKey(ip: string): string {
  if (isIPv4(ip)) return ip
  if (!ipaddr.isValid(ip)) return ip
  const address = ipaddr.process(ip)
  if (address.kind() === 'ipv4') return address.toString()
  return `${ipaddr.IPv6.networkAddressFromCIDR(`${address.toString()}/${IPV6_PREFIX}`).toString()}/${IPV6_PREFIX}`
}
