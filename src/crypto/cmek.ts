/**
 * Values that only the customer can open. The client encrypts with AES-256-GCM (NIST SP 800-38D) and stores `01
 * IV (12 bytes)
 * ciphertext
 * tag (16 bytes)` as base64 in place of the value. WebCrypto works the same in Node.js and in browsers.
 */

export const CMEK_KEY_BYTES = 32
const VERSION = 1
const IV_BYTES = 12
const TAG_BYTES = 16
const HEAD_BYTES = 1 + IV_BYTES

/** A customer's key, ready for use. Its bytes cannot be read from it. */
export interface CmekKey {
  /** SHA-256 of the key: 64 lower-case hexadecimal digits. */
  readonly fingerprint: string
  /** The blob in base64, to be stored instead of a value. */
  encrypt(value: string): Promise<string>
  /** The value; undefined for another key, a changed byte or a text that is not a blob, without saying which. */
  decrypt(blob: string): Promise<string | undefined>
}

/** @param bytes the key, 32 bytes; the caller can wipe them when this resolves */
export async function cmekKey(bytes: Uint8Array): Promise<CmekKey> {
  if (bytes.length !== CMEK_KEY_BYTES) throw new RangeError('A customer key has 32 bytes.')
  const raw = Uint8Array.from(bytes)
  const key = await crypto.subtle.importKey('raw', raw, 'AES-GCM', false, ['encrypt', 'decrypt'])
  const fingerprint = hex(new Uint8Array(await crypto.subtle.digest('SHA-256', raw)))
  raw.fill(0)
  return {
    fingerprint,
    async encrypt(value) {
      const iv = crypto.getRandomValues(new Uint8Array(IV_BYTES))
      const sealed = await crypto.subtle.encrypt({ name: 'AES-GCM', iv }, key, new TextEncoder().encode(value))
      const blob = new Uint8Array(HEAD_BYTES + sealed.byteLength)
      blob[0] = VERSION
      blob.set(iv, 1)
      blob.set(new Uint8Array(sealed), HEAD_BYTES)
      return toBase64(blob)
    },
    async decrypt(text) {
      const blob = blobOf(text)
      if (!blob) return undefined
      const algorithm = { name: 'AES-GCM', iv: blob.subarray(1, HEAD_BYTES) }
      const clear = await crypto.subtle.decrypt(algorithm, key, blob.subarray(HEAD_BYTES)).catch(() => undefined)
      return clear && new TextDecoder('utf-8', { ignoreBOM: true }).decode(clear)
    },
  }
}

/** Whether a value has the form of a blob; only the key shows what is in it. */
export function isCmekBlob(value: string): boolean {
  return blobOf(value) !== undefined
}

/** The bytes of a key that is written as base64 (44 characters) or as 64 hexadecimal digits; undefined for anything else. */
export function cmekKeyBytes(written: string): Uint8Array | undefined {
  const text = written.trim()
  if (/^[0-9a-f]{64}$/i.test(text)) return Uint8Array.from(text.match(/../g) ?? [], pair => Number.parseInt(pair, 16))
  const bytes = isBase64(text) ? fromBase64(text) : undefined
  return bytes?.length === CMEK_KEY_BYTES ? bytes : undefined
}

/** The text form of a key: base64. */
export function writtenCmekKey(bytes: Uint8Array): string {
  return toBase64(bytes)
}

function blobOf(value: string): Uint8Array<ArrayBuffer> | undefined {
  if (value === '' || !isBase64(value)) return undefined
  const blob = fromBase64(value)
  return blob.length >= HEAD_BYTES + TAG_BYTES && blob[0] === VERSION ? blob : undefined
}

/** Not with a pattern of groups of four: from four million letters on, it overflows the stack. */
function isBase64(text: string): boolean {
  return text.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(text)
}

function hex(bytes: Uint8Array): string {
  return Array.from(bytes, byte => byte.toString(16).padStart(2, '0')).join('')
}

function fromBase64(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text)
  const bytes = new Uint8Array(binary.length)
  for (let index = 0; index < binary.length; index++) bytes[index] = binary.charCodeAt(index)
  return bytes
}

/** The maximum number of arguments of one call, which engines limit. */
const AT_ONCE = 8192

function toBase64(bytes: Uint8Array): string {
  let binary = ''
  for (let at = 0; at < bytes.length; at += AT_ONCE) binary += String.fromCharCode(...bytes.subarray(at, at + AT_ONCE))
  return btoa(binary)
}
