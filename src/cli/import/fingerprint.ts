import { createHmac } from 'node:crypto'

/** Shows whether two texts are equal, and nothing else without the key: HMAC-SHA256, 128 bits in hexadecimal. */
export type Fingerprint = (...parts: readonly string[]) => string

/** @param key at least 16 bytes */
export function fingerprintWith(key: Uint8Array): Fingerprint {
  return (...parts) => {
    const hmac = createHmac('sha256', key)
    // The lengths keep ('ab', 'c') apart from ('a', 'bc').
    for (const part of parts) hmac.update(`${Buffer.byteLength(part)}:`).update(part)
    return hmac.digest('hex').slice(0, 32)
  }
}
