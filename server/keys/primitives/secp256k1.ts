import { createECDH, randomFillSync } from 'node:crypto'

/** ECDSA on secp256k1 (SEC 2, 2.4.1) with the bit that identifies the public key. */
export interface RecoverableSignature {
  readonly r: `0x${string}`
  /** In the lower half (EIP-2). */
  readonly s: `0x${string}`
  readonly yParity: number
}

let loading: Promise<typeof import('viem/accounts')> | undefined

let signing: Promise<typeof import('tiny-secp256k1')> | undefined

/** Loaded at the first use: most servers never sign a transaction. Node.js takes 7 µs for each later `import()`, so the first is kept. */
function viem() {
  loading ??= import('viem/accounts')
  return loading
}

/** libsecp256k1 as WebAssembly (`docs/decisions`, 0060). Kept like `viem`. */
function libsecp256k1() {
  signing ??= import('tiny-secp256k1')
  return signing
}

/** After this, `signDigest` is synchronous. */
export async function prepareSigning(): Promise<void> {
  await libsecp256k1()
}

/** Signs a digest of 32 bytes deterministically (RFC 6979). The library wipes its copy of the key, the caller wipes the bytes. */
export async function signDigest(key: Uint8Array, digest: Uint8Array): Promise<RecoverableSignature> {
  const { signRecoverable } = await libsecp256k1()
  const { signature, recoveryId } = signRecoverable(digest, key)
  if (recoveryId !== 0 && recoveryId !== 1) throw new Error('The library gave no recovery bit.')
  return { r: hexOf(signature.subarray(0, 32)), s: hexOf(signature.subarray(32)), yParity: recoveryId }
}

/** The account of a key (EIP-55). */
export async function addressOf(key: Uint8Array): Promise<`0x${string}`> {
  const { privateKeyToAddress } = await viem()
  return privateKeyToAddress(hexOf(key))
}

/** The account of a public key of 65 bytes (EIP-55). */
export async function addressOfPublicKey(publicKey: Uint8Array): Promise<`0x${string}`> {
  const { publicKeyToAddress } = await viem()
  return publicKeyToAddress(hexOf(publicKey))
}

/**
 * A signature of a device, in the form that chains accept: `s` moved to the lower half, which is equally valid (EIP-2), and with the
 * recovery bit that leads to the key.
 * @param signature `r` and `s`, 32 bytes each
 * @throws Error if it is not a signature of the digest by that key
 */
export async function recoverable(
  signature: Uint8Array,
  digest: Uint8Array,
  publicKey: Uint8Array,
): Promise<RecoverableSignature> {
  const { recoverPublicKey } = await import('viem/utils')
  const bytes = Buffer.from(signature)
  const r = hexOf(bytes.subarray(0, 32))
  const high = BigInt(hexOf(bytes.subarray(32, 64)))
  const s = `0x${(high > HALF_ORDER ? ORDER_NUMBER - high : high).toString(16).padStart(64, '0')}` as const
  for (const yParity of [0, 1]) {
    const found = await recoverPublicKey({ hash: hexOf(digest), signature: { r, s, yParity } }).catch(() => undefined)
    if (found === hexOf(publicKey)) return { r, s, yParity }
  }
  throw new Error('The key provider gave a signature that is not of this key.')
}

/** 32 random bytes that are a valid private key; the caller wipes them. */
export function newPrivateKey(): Buffer {
  const key = Buffer.alloc(32)
  do randomFillSync(key)
  while (!isPrivateKey(key))
  return key
}

/** The point of a private key, 65 bytes, uncompressed. */
export function publicKeyOf(key: Uint8Array): Buffer {
  const curve = createECDH('secp256k1')
  curve.setPrivateKey(key)
  return curve.getPublicKey()
}

const ORDER = Buffer.from('fffffffffffffffffffffffffffffffebaaedce6af48a03bbfd25e8cd0364141', 'hex')

const ORDER_NUMBER = BigInt(`0x${ORDER.toString('hex')}`)
const HALF_ORDER = ORDER_NUMBER / 2n

/** Whether 32 bytes are a private key: neither zero nor beyond the order of the curve. */
export function isPrivateKey(key: Uint8Array): boolean {
  return key.length === 32 && key.some(byte => byte !== 0) && Buffer.compare(key, ORDER) < 0
}

function hexOf(bytes: Uint8Array): `0x${string}` {
  return `0x${Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString('hex')}`
}
