import type { KeyObject } from 'node:crypto'

/**
 * The port of the key providers. A KEK (key encryption key) belongs to one vault and never leaves the provider in clear text; it wraps the
 * random DEK (data encryption key) of each secret version. The provider also holds the Ed25519 key that signs tokens and audit checkpoints.
 */
export interface Keyring {
  /** `software` or `pkcs11`. */
  readonly provider: string
  /**
   * Identifies the installation's root: a digest that is the same for the same keys and differs otherwise. Stored in the database at
   * the first start, so that data is never opened with, or written under, another root.
   */
  readonly fingerprint: string
  /**
   * Makes a new KEK with the given id, which no KEK had before.
   * @throws Problem `resource.conflict` rather than replace one that the provider knows.
   */
  createKek(id: string): Promise<Kek>
  /**
   * AES-256-GCM of 32 bytes under the KEK, 61 bytes. `aad` must be given again to unwrap; the KEK's id is bound with it.
   * @throws Problem `internal` when the provider has no such KEK, which only the log names.
   */
  wrap(kek: Kek, dek: Uint8Array, aad: Uint8Array): Promise<Uint8Array>
  /**
   * The DEK; the caller wipes it after use.
   * @throws Problem `secret.unreadable`: wrong key, wrong associated data or a changed byte, never saying which.
   * @throws Problem `keys.unavailable`: the provider does not answer; nothing is known about the data. So may every operation.
   * @throws Problem `internal` when the provider has no such KEK, which only the log names.
   */
  unwrap(kek: Kek, wrapped: Uint8Array, aad: Uint8Array): Promise<Uint8Array>
  /**
   * The same, for anyone who only opens with the DEK. A provider in this process answers at once, and the same again as long as the caller
   * has the very bytes of `wrapped`; a token is asked each time. Throws like `unwrap`.
   */
  unwrapKey(kek: Kek, wrapped: Uint8Array, aad: Uint8Array): KeyObject | Promise<KeyObject>
  /**
   * Destroys the KEK in the provider. Destroying an absent one is not an error. If the provider stores the key with us, it drops its
   * memory, and the key itself goes with `Kek.blob`, which the caller deletes.
   */
  destroyKek(kek: Kek): Promise<void>
  /** Raw 32 bytes of the Ed25519 public key that every installation has. It names the installation, so it stays when others sign. */
  readonly publicKey: Uint8Array
  /**
   * Ed25519 signature (64 bytes, RFC 8032) of the message, by that key or by the signer.
   * @throws Problem `internal` when the provider has no such signer, which only the log names.
   */
  sign(message: Uint8Array, signer?: Signer): Promise<Uint8Array>
  /**
   * Makes another Ed25519 key that never leaves the provider in clear.
   * @throws Problem `resource.conflict` rather than replace one that the provider knows.
   */
  createSigner(id: string): Promise<Signer>
  /** Its raw public key of 32 bytes, from the provider itself. Throws like `sign`. */
  signerPublicKey(signer: Signer): Promise<Uint8Array>
  /** Destroys the signer in the provider. Destroying an absent one is not an error. */
  destroySigner(signer: Signer): Promise<void>
  /**
   * Makes a secp256k1 key that signs transactions and only leaves for another provider, by `exportCurveKey`.
   * @throws Problem `resource.conflict` rather than replace a known one
   * @throws Problem `feature.unconfigured` when the provider does not support that curve
   */
  createCurveKey(id: string): Promise<CurveKey>
  /**
   * Imports a secp256k1 key that another provider exported. From then on it never leaves this one either.
   * @throws Problem `resource.conflict` rather than replace a known one
   * @throws Problem `feature.unconfigured` when the provider imports no keys, or keeps imported ones readable
   */
  importCurveKey(id: string, secret: Uint8Array, publicKey: Uint8Array): Promise<CurveKey>
  /** Whether it imports such keys; tested with a temporary one. Throws like `wrap` when the provider does not answer. */
  takesCurveKeys(): Promise<boolean>
  /** The 32 bytes of a key that the provider stores with us, for another provider; the caller wipes them. Undefined if no key leaves. */
  exportCurveKey(key: Pick<CurveKey, 'id' | 'blob'>): Promise<Buffer | undefined>
  /**
   * ECDSA of a digest of 32 bytes: `r` and `s`, 32 bytes each, `s` in either half.
   * @throws Problem `internal` when the provider has no such key, which only the log names.
   */
  signDigest(key: Pick<CurveKey, 'id' | 'blob'>, digest: Uint8Array): Promise<Uint8Array>
  /** The provider of the key with this id. */
  providerOf(id: string): string
  /** Destroys the key in the provider. Destroying an absent one is not an error. */
  destroyCurveKey(key: Pick<CurveKey, 'id' | 'blob'>): Promise<void>
  /** Never throws; answers within a second also when the provider hangs. */
  status(): Promise<KeyringStatus>
  close(): Promise<void>
}

/** A KEK in the database. */
export interface Kek {
  readonly id: string
  /** The wrapped key if the provider stores it with us; null if it is in the token. */
  readonly blob: Uint8Array | null
}

/** A signing key as the database knows it, with the same two halves. */
export type Signer = Kek

/** A secp256k1 key in the database. */
export interface CurveKey {
  readonly id: string
  /** The sealed key if the provider stores it with us; null if it is in the token. */
  readonly blob: Uint8Array | null
  /** The point, 65 bytes, uncompressed (SEC 1, 2.3.3). */
  readonly publicKey: Uint8Array
}

export interface KeyringStatus {
  readonly status: 'ok' | 'degraded' | 'unavailable'
  readonly connected: boolean
}
