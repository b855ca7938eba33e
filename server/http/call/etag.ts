import type { FastifyReply, FastifyRequest } from 'fastify'

/** The result of an operation whose client already has the reply. */
export const NOT_MODIFIED = Symbol('not modified')

/**
 * Sends the tag as `ETag`; true if the client already has it. Compared as weak tags (RFC 9110 §13.1.2), because a compressing proxy could
 * have weakened it.
 */
export function isKnown({ headers }: FastifyRequest, reply: FastifyReply, tag: string): boolean {
  reply.header('etag', `"${tag}"`)
  const known = headers['if-none-match']?.split(',').map(each => each.trim().replace(/^W\//, ''))
  return known?.some(each => each === '*' || each === `"${tag}"`) ?? false
}
