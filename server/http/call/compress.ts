import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { EndpointSpec } from '../../../src/contract/schema/endpoint.ts'
import { accepts, varyBy } from './encoding.ts'

/** A shorter reply fits into a few packets anyway. */
const LEAST = 8 * 1024
/** Fast rather than small: a list is created for one reader. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 4, [constants.BROTLI_PARAM_MODE]: constants.BROTLI_MODE_TEXT } }
const GZIP = { level: 4 }

/** A signed transaction that was not sent is as valuable as the amount that it moves. */
const NEVER: readonly string[] = ['intents.list']

/**
 * Whether replies of an operation can be compressed: only lists with pages. Their content (names, paths, times, events) is not secret. The
 * length of a compressed reply reveals something about its content (BREACH), so values, keys and tokens are never compressed
 * (docs/decisions/0044).
 */
export function isCompressible({ id, method, query }: Pick<EndpointSpec, 'id' | 'method' | 'query'>): boolean {
  return method === 'GET' && !NEVER.includes(id) && query !== undefined && 'cursor' in query.shape
}

/** Compresses the reply of a list for a client that accepts it, outside of the event loop. */
export async function compress(request: FastifyRequest, reply: FastifyReply, payload: unknown): Promise<unknown> {
  varyBy(reply, 'accept-encoding')
  if (typeof payload !== 'string' || payload.length < LEAST || reply.statusCode !== 200) return payload
  const accepted = request.headers['accept-encoding']
  const coding = accepts('br', accepted) ? 'br' : accepts('gzip', accepted) ? 'gzip' : undefined
  if (!coding) return payload
  reply.header('content-encoding', coding).removeHeader('content-length')
  const tag = reply.getHeader('etag')
  // The bytes differ from the uncompressed ones, so the tag only says that the meaning is the same (RFC 9110 §8.8.1).
  if (typeof tag === 'string' && !tag.startsWith('W/')) reply.header('etag', `W/${tag}`)
  return coding === 'br' ? promisify(brotliCompress)(payload, BROTLI) : promisify(gzip)(payload, GZIP)
}
