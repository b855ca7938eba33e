import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A new key pair, both halves raw and in base64. */
export interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

/** Ed25519 (RFC 8032): a public key and a seed of 32 bytes each. */
export function newSigningPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { publicKey: Buffer.from(x, 'base64url').toString('base64'), privateKey: rawPrivateKey(privateKey) }
}

/** A key pair for ECDH on P-256: the uncompressed point (SEC 1, 2.3.3), 65 bytes, and the scalar, 32 bytes. */
export function newAgreementPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { publicKey: point.toString('base64'), privateKey: rawPrivateKey(privateKey) }
}

/** The seed of an Ed25519 key or the scalar of a P-256 key (RFC 8037 §2, RFC 7518 §6.2.2): 32 bytes, in base64. */
export function rawPrivateKey(key: KeyObject): string {
  const { d = '' } = key.export({ format: 'jwk' })
  return Buffer.from(d, 'base64url').toString('base64')
}
