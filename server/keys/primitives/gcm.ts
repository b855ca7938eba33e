import { createCipheriv, createDecipheriv, createSecretKey, type KeyObject, randomFillSync } from 'node:crypto'
import { Problem } from '../../../src/problem.ts'

/**
 * AES-256-GCM (NIST SP 800-38D) in the format in which it is stored everywhere: `version byte
 * 12-byte random IV
 * ciphertext
 * 16-byte tag`. A DEK seals one value; other seals with one key are counted, see `GCM_LIMIT`.
 */
export const BOX_VERSION = 1
export const IV_BYTES = 12
/** With random IVs of 96 bits, a key must not seal more messages (SP 800-38D, 8.3). */
export const GCM_LIMIT = 2 ** 32
export const TAG_BYTES = 16
const HEAD = 1 + IV_BYTES

/** The overhead of a box in bytes. */
export const BOX_OVERHEAD = HEAD + TAG_BYTES

/** A DEK is always an AES-256 key. */
export const DEK_BYTES = 32

/** A new box with the plaintext. */
export function sealBox(key: KeyObject | Uint8Array, plaintext: Uint8Array, aad: Uint8Array): Buffer {
  const box = Buffer.allocUnsafe(plaintext.length + BOX_OVERHEAD)
  box[0] = BOX_VERSION
  const iv = randomFillSync(box.subarray(1, HEAD))
  const cipher = createCipheriv('aes-256-gcm', keyObject(key), iv, { authTagLength: TAG_BYTES })
  cipher.setAAD(aad)
  box.set(cipher.update(plaintext), HEAD)
  cipher.final()
  box.set(cipher.getAuthTag(), box.length - TAG_BYTES)
  return box
}

/**
 * The plaintext, in separate memory that the caller wipes.
 * @throws Problem `secret.unreadable`, the same for a wrong key, wrong associated data, an unknown version and any changed byte
 */
export function openBox(key: KeyObject | Uint8Array, box: Uint8Array, aad: Uint8Array): Buffer {
  if (box.length < BOX_OVERHEAD || box[0] !== BOX_VERSION) throw new Problem('secret.unreadable')
  const decipher = createDecipheriv('aes-256-gcm', keyObject(key), box.subarray(1, HEAD), { authTagLength: TAG_BYTES })
  decipher.setAAD(aad)
  decipher.setAuthTag(box.subarray(box.length - TAG_BYTES))
  const plaintext = decipher.update(box.subarray(HEAD, box.length - TAG_BYTES))
  try {
    decipher.final()
  } catch {
    // GCM decrypts before it has checked the tag: no unverified plaintext may remain in memory.
    plaintext.fill(0)
    throw new Problem('secret.unreadable')
  }
  return plaintext
}

/**
 * A DEK as a key object; its bytes are wiped.
 * @throws Problem `secret.unreadable` if they are not 32
 */
export function dekObject(bytes: Uint8Array): KeyObject {
  try {
    if (bytes.length !== DEK_BYTES) throw new Problem('secret.unreadable')
    return createSecretKey(bytes)
  } finally {
    bytes.fill(0)
  }
}

/** Node.js takes three times as long with the bytes of a key as with a key object. */
function keyObject(key: KeyObject | Uint8Array): KeyObject {
  return key instanceof Uint8Array ? createSecretKey(key) : key
}
