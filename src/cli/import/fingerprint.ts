import { createHmac } from 'node:crypto'

/** Says of two texts whether they are the same, and nothing else to who does not have the key: HMAC-SHA256, 128 bits as hexadecimal. */
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
