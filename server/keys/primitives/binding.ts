/**
 * Associated data for AES-GCM with only one interpretation: a domain, then every field with its length as a prefix. Two different lists of
 * fields never have the same bytes, and bytes for one purpose are never valid for another.
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
 * The associated data with which every provider wraps a DEK: the caller's, and the KEK's own id. Key wrapping in a token (RFC 3394) does
 * not bind the name of a KEK, so the id is included: a blob that was moved to another id does not open.
 */
export function dekBinding(kekId: string, aad: Uint8Array): Buffer {
  return bind('1claw/keyring/dek/1', kekId, aad)
}
