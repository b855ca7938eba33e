import { createCipheriv, createDecipheriv, randomBytes, scrypt } from 'node:crypto'
import { type Identity, type Recipient, Stanza } from 'age-encryption'

/** log2 N of scrypt, age's default: 256 MiB and about half a second. */
const WORK_FACTOR = 18
/** The maximum that a file can request: 1 GiB. */
const HIGHEST_WORK_FACTOR = 20
const LABEL = 'age-encryption.org/v1/scrypt'
const SALT_BYTES = 16
const KEY_BYTES = 32
const TAG_BYTES = 16
const SEALED_BYTES = 32
const CIPHER = 'chacha20-poly1305'
/** Each key seals one file key. */
const NONCE = Buffer.alloc(12)

/**
 * A file that opens with a passphrase (https://age-encryption.org/v1, "The scrypt recipient type"). The library computes scrypt in
 * JavaScript, which takes five times as long and delays everything else in the server; this runs in another thread.
 */
export function passphraseRecipient(passphrase: string, workFactor = WORK_FACTOR): Recipient {
  return {
    async wrapFileKey(fileKey) {
      const salt = randomBytes(SALT_BYTES)
      const cipher = createCipheriv(CIPHER, await keyOf(passphrase, salt, workFactor), NONCE, { authTagLength: TAG_BYTES })
      const sealed = Buffer.concat([cipher.update(fileKey), cipher.final(), cipher.getAuthTag()])
      return [new Stanza(['scrypt', encoded(salt), String(workFactor)], sealed)]
    },
  }
}

/**
 * The identity that opens such a file.
 * @throws Error like the library, for a header that no passphrase can open
 */
export function passphraseIdentity(passphrase: string): Identity {
  return {
    async unwrapFileKey(stanzas) {
      const stanza = stanzas.find(({ args }) => args[0] === 'scrypt')
      if (!stanza) return null
      // Otherwise somebody who knows one of several passphrases could make a file that seems to come from another.
      if (stanzas.length !== 1) throw new Error('scrypt recipient is not the only one in the header')
      const [, given = '', factor = ''] = stanza.args
      const salt = Buffer.from(given, 'base64')
      const isSalt = salt.length === SALT_BYTES && encoded(salt) === given
      if (!isSalt || stanza.args.length !== 3 || stanza.body.length !== SEALED_BYTES || !/^[1-9]\d*$/.test(factor))
        throw new Error('invalid scrypt stanza')
      if (Number(factor) > HIGHEST_WORK_FACTOR) throw new Error('scrypt work factor is too high')
      return opened(stanza.body, await keyOf(passphrase, salt, Number(factor)))
    },
  }
}

/** Base64 in the form of age headers. */
const encoded = (bytes: Buffer): string => bytes.toString('base64').replace(/=+$/, '')

/** Null if it is another key. */
function opened(sealed: Uint8Array, key: Buffer): Uint8Array | null {
  const decipher = createDecipheriv(CIPHER, key, NONCE, { authTagLength: TAG_BYTES })
  decipher.setAuthTag(sealed.subarray(-TAG_BYTES))
  const fileKey = decipher.update(sealed.subarray(0, -TAG_BYTES))
  try {
    decipher.final()
    return fileKey
  } catch {
    return null
  }
}

function keyOf(passphrase: string, salt: Uint8Array, workFactor: number): Promise<Buffer> {
  const cost = { N: 2 ** workFactor, r: 8, p: 1 }
  // The memory that scrypt needs, and a little more.
  const maxmem = 128 * cost.N * cost.r + 2 ** 20
  return new Promise((resolve, reject) => {
    const labelled = Buffer.concat([Buffer.from(LABEL), salt])
    scrypt(passphrase, labelled, KEY_BYTES, { ...cost, maxmem }, (error, key) => (error ? reject(error) : resolve(key)))
  })
}
