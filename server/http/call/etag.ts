import type { FastifyReply, FastifyRequest } from 'fastify'

/** What an operation answers with instead of a reply when the client has just that. */
export const NOT_MODIFIED = Symbol('not modified')

/**
 * Sends the tag as `ETag`; true when the client has what it stands for. Compared as weak tags are (RFC 9110 §13.1.2): a proxy that
 * compresses may have made one of it.
 */
export function isKnown({ headers }: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', `"${tag}"`)
  const known = headers['if-none-match']?.split(',').map(each => each.trim().replace(/^W\//, ''))
  return known?.some(each => each === '*' || each === `"${tag}"`) ?? false
}
