import type { IncomingHttpHeaders } from 'node:http'
import ipaddr from 'ipaddr.js'

/** Headers that forwarders add. */
const PASSED_ON = ['forwarded', 'via', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip']

interface Sent {
  readonly socket: { readonly remoteAddress?: string | undefined }
  readonly headers: IncomingHttpHeaders
}

/**
 * Whether a request was sent on this machine itself. Only the connection decides: anyone in the range of trusted proxies can make up what a
 * proxy says about others, and a proxy on this machine forwards the requests of strangers.
 */
export function isLocal({ socket, headers }: Sent): boolean {
  return isLoopback(socket.remoteAddress ?? '') && PASSED_ON.every(name => headers[name] === undefined)
}

/** Whether an address belongs to this machine. */
export function isLoopback(ip: string): boolean {
  return ipaddr.isValid(ip) && ipaddr.process(ip).range() === 'loopback'
}
