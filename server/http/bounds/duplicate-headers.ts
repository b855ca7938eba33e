import type { IncomingMessage } from 'node:http'
import { Problem } from '../../../src/problem.ts'

/** The headers that identify the caller or the target of a request. */
const ONCE: readonly string[] = ['host', 'authorization', 'origin', 'content-type', 'content-encoding', 'sec-fetch-site']

/**
 * Node.js uses the first of two fields that must be unique; a proxy in front of this server could have used the other (RFC 9112 §3.2).
 * @throws Problem `request.invalid`
 */
export function refuseDuplicateHeaders({ headers, rawHeaders }: Pick<IncomingMessage, 'headers' | 'rawHeaders'>): void {
  if (rawHeaders.length === 2 * Object.keys(headers).length) return
  const seen = new Set<string>()
  for (let at = 0; at < rawHeaders.length; at += 2) {
    const name = String(rawHeaders[at]).toLowerCase()
    if (!ONCE.includes(name)) continue
    if (seen.has(name)) throw new Problem('request.invalid', `The request has the header ${name} twice.`)
    seen.add(name)
  }
}
