/**
 * Associated data for AES-GCM that can be read in one way only: a domain, then every field with its length before it. Two different
 * lists of fields never give the same bytes, and bytes made for one purpose are never valid for another.
 */
export function bind(domain: string, ...fields: readonly (string | Uint8Array)[]): Buffer {
  const parts = [domain, ...fields]
  let size = 0
  for (const part of parts) size += 4 + (typeof part === 'string' ? Buffer.byteLength(part) : part.length)
  const bound = Buffer.allocUnsafe(size)
  let offset = 0
  for (const part of parts) {
    const length = typeof part === 'string' ? bound.write(part, offset + 4) : part.length
    if (typeof part !== 'string') bound.set(part, offset + 4)
    offset = bound.writeUInt32BE(length, offset) + length
  }
  return bound
}

/**
 * The associated data under which every provider wraps a DEK: the caller's, and the KEK's own id. Key wrapping in a token (RFC 3394)
 * binds no name to a KEK, so a blob moved to another id must fail here.
 */
export function dekBinding(kekId: string, aad: Uint8Array): Buffer {
  return bind('1claw/keyring/dek/1', kekId, aad)
}
