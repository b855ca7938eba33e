import { generateKeyPairSync, type KeyObject } from 'node:crypto'

/** A new key pair: the public half raw, in base64, as it is published; the private half as PKCS#8 PEM (RFC 5958, RFC 7468). */
export interface KeyPair {
  readonly publicKey: string
  readonly privateKey: string
}

/** Ed25519 (RFC 8032): 32 bytes. */
export function newSigningPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ed25519')
  const { x = '' } = publicKey.export({ format: 'jwk' })
  return { publicKey: Buffer.from(x, 'base64url').toString('base64'), privateKey: pem(privateKey) }
}

/** For ECDH on P-256: the uncompressed point (SEC 1, 2.3.3), 65 bytes. */
export function newAgreementPair(): KeyPair {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const { x = '', y = '' } = publicKey.export({ format: 'jwk' })
  const point = Buffer.concat([Buffer.from([4]), Buffer.from(x, 'base64url'), Buffer.from(y, 'base64url')])
  return { publicKey: point.toString('base64'), privateKey: pem(privateKey) }
}

function pem(key: KeyObject): string {
  return key.export({ format: 'pem', type: 'pkcs8' }).toString()
}
