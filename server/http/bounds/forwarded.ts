import type { IncomingHttpHeaders } from 'node:http'
import { isIP } from 'node:net'

/**
 * Keeps only addresses in `X-Forwarded-For`: some proxies add ports, so that one visitor would count as many, and the part before the first
 * proxy can be anything. An entry that is not an address is not trusted either.
 */
export function keepAddresses(headers: IncomingHttpHeaders): void {
  const told = headers['x-forwarded-for']
  if (told === undefined) return
  const hops = String(told).split(',').map(addressOf)
  const known = hops.slice(hops.lastIndexOf(undefined) + 1)
  // Empty, not deleted: the fact that it was forwarded counts, see local.ts.
  headers['x-forwarded-for'] = known.join(', ')
}

const WITH_PORT = /^(?:\[([^\]]+)\]|(\d{1,3}(?:\.\d{1,3}){3}))(?::\d{1,5})?$/

function addressOf(hop: string): string | undefined {
  const text = hop.trim()
  const [, bracketed, plain] = WITH_PORT.exec(text) ?? []
  const address = (bracketed ?? plain ?? text).replace(/%.*$/, '')
  return isIP(address) === 0 ? undefined : address
}
