import { createPrivateKey, createPublicKey, type KeyObject, sign, verify } from 'node:crypto'

/** The prefixes of the 32 raw bytes in the DER forms of RFC 8410. */
const PKCS8_HEAD = Buffer.from('302e020100300506032b657004220420', 'hex')
const SPKI_HEAD = Buffer.from('302a300506032b6570032100', 'hex')

export interface Signer {
  /** Raw 32 bytes. */
  readonly publicKey: Uint8Array
  /** 64 bytes, RFC 8032. */
  sign(message: Uint8Array): Uint8Array
}

/** The Ed25519 key pair of a 32-byte seed (RFC 8032, 5.1.5). The caller wipes the seed. */
export function signerOfSeed(seed: Uint8Array): Signer {
  const der = Buffer.concat([PKCS8_HEAD, seed])
  const key = createPrivateKey({ key: der, format: 'der', type: 'pkcs8' })
  der.fill(0)
  const spki = createPublicKey(key).export({ format: 'der', type: 'spki' })
  return { publicKey: new Uint8Array(spki.subarray(SPKI_HEAD.length)), sign: message => sign(null, message, key) }
}

/** Checks signatures of the raw 32-byte public key. */
export function verifierOf(publicKey: Uint8Array): (message: Uint8Array, signature: Uint8Array) => boolean {
  const key: KeyObject = createPublicKey({ key: Buffer.concat([SPKI_HEAD, publicKey]), format: 'der', type: 'spki' })
  return (message, signature) => verify(null, message, key, signature)
}
