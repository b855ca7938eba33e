import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Leaves addresses alone in `X-Forwarded-For`: some proxies write ports beside them, so that one visitor would count as many, and what
 * stands before the first proxy can be anything. What is left of a hop that is no address is not believed either.
 */
export function keepAddresses(headers: IncomingHttpHeaders): void {
  const told = headers['x-forwarded-for']
  if (told === undefined) return
  const hops = String(told).split(',').map(addressOf)
  const known = hops.slice(hops.lastIndexOf(undefined) + 1)
  // Empty and not gone: that it was passed on counts, see local.ts.
  headers['x-forwarded-for'] = known.join(', ')
}

const WITH_PORT = /^(?:\[([^\]]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/

function addressOf(hop: string): string | undefined {
  const text = hop.trim()
  const [, bracketed, plain] = WITH_PORT.exec(text) ?? []
  const address = (bracketed ?? plain ?? text).replace(/%.*$/, '')
  return isIP(address) === 0 ? undefined : address
}
