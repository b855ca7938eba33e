/** ECDSA on secp256k1 (SEC 2, 2.4.1) with the bit that tells which public key it is of. */
export interface RecoverableSignature {
  readonly r: `0x${string}`
  /** In the lower half (EIP-2). */
  readonly s: `0x${string}`
  readonly yParity: number
}

/** Loaded with the first use: most servers never sign a transaction. */
const viem = () => import('viem/accounts')

/**
 * Signs a digest of 32 bytes deterministically (RFC 6979). The library takes the key as text; that text is made here and nothing keeps
 * it beyond this call. The caller wipes the bytes.
 */
export async function signDigest(key: Uint8Array, digest: Uint8Array): Promise<RecoverableSignature> {
  const { sign } = await viem()
  const { r, s, yParity } = await sign({ hash: hexOf(digest), privateKey: hexOf(key) })
  if (yParity !== 0 && yParity !== 1) throw new Error('The library gave no recovery bit.')
  return { r, s, yParity }
}

/** The account of a key (EIP-55). */
export async function addressOf(key: Uint8Array): Promise<`0x${string}`> {
  const { privateKeyToAddress } = await viem()
  return privateKeyToAddress(hexOf(key))
}

const ORDER = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')

/** Whether 32 bytes are a private key: neither zero nor beyond the order of the curve. */
export function isPrivateKey(key: Uint8Array): boolean {
  return key.length === 32 && key.some(byte => byte !== 0) && Buffer.compare(key, ORDER) < 0
}

function hexOf(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`
}
