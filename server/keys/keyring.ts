import type { KeyObject } from 'node:crypto'

/**
 * The interface of the key providers. A KEK (key encryption key) belongs to one vault and never leaves the provider in plain form; it wraps
 * the random DEK (data encryption key) of each secret version. The provider also holds the Ed25519 key that signs tokens and audit
 * checkpoints.
 */
export interface Keyring {
  /** `software` or `pkcs11`. */
  readonly provider: string
  /**
   * Identifies the installation's root: a digest that is the same for the same keys and differs otherwise. It is stored in the database at
   * the first start, so data is never opened with, or written under, another root.
   */
  readonly fingerprint: string
  /**
   * Creates a KEK with the given id, which no KEK has had before.
   * @throws Problem `resource.conflict` rather than replace one that the provider knows.
   */
  createKek(id: string): Promise<Kek>
  /**
   * AES-256-GCM of 32 bytes with the KEK, 61 bytes. `aad` must be given again to unwrap; the KEK's id is bound with it.
   * @throws Problem `internal` if the provider has no such KEK; only the log names it.
   */
  wrap(kek: Kek, dek: Uint8Array, aad: Uint8Array): Promise<Uint8Array>
  /**
   * The DEK; the caller wipes it after use.
   * @throws Problem `secret.unreadable`: wrong key, wrong associated data or a changed byte, without saying which.
   * @throws Problem `keys.unavailable`: the provider does not answer; nothing is known about the data. Every operation can throw this.
   * @throws Problem `internal` if the provider has no such KEK; only the log names it.
   */
  unwrap(kek: Kek, wrapped: Uint8Array, aad: Uint8Array): Promise<Uint8Array>
  /**
   * The same, for callers that only open with the DEK. A provider in this process answers at once, and with the same object as long as the
   * caller has the same bytes of `wrapped`; a token is asked each time. Throws like `unwrap`.
   */
  unwrapKey(kek: Kek, wrapped: Uint8Array, aad: Uint8Array): KeyObject | Promise<KeyObject>
  /**
   * Destroys the KEK in the provider. Destroying a missing one is not an error. If the provider stores the key with us, it clears its
   * memory, and the key itself is deleted with `Kek.blob` by the caller.
   */
  destroyKek(kek: Kek): Promise<void>
  /**
   * The 32 raw bytes of the Ed25519 public key that every installation has. It identifies the installation, so it is kept even if other
   * keys sign.
   */
  readonly publicKey: Uint8Array
  /**
   * Ed25519 signature (64 bytes, RFC 8032) of the message, by that key or by the signer.
   * @throws Problem `internal` if the provider has no such signer; only the log names it.
   */
  sign(message: Uint8Array, signer?: Signer): Promise<Uint8Array>
  /**
   * Creates another Ed25519 key that never leaves the provider in plain form.
   * @throws Problem `resource.conflict` rather than replace one that the provider knows.
   */
  createSigner(id: string): Promise<Signer>
  /** Its raw public key of 32 bytes, from the provider itself. Throws like `sign`. */
  signerPublicKey(signer: Signer): Promise<Uint8Array>
  /** Destroys the signer in the provider. Destroying a missing one is not an error. */
  destroySigner(signer: Signer): Promise<void>
  /**
   * Creates a secp256k1 key that signs transactions and only leaves for another provider, by `exportCurveKey`.
   * @throws Problem `resource.conflict` rather than replace a known one
   * @throws Problem `feature.unconfigured` if the provider does not support that curve
   */
  createCurveKey(id: string): Promise<CurveKey>
  /**
   * Imports a secp256k1 key that another provider exported. From then on it never leaves this one either.
   * @throws Problem `resource.conflict` rather than replace a known one
   * @throws Problem `feature.unconfigured` if the provider imports no keys, or keeps imported ones readable
   */
  importCurveKey(id: string, secret: Uint8Array, publicKey: Uint8Array): Promise<CurveKey>
  /** Whether it can import such keys; tested with a temporary one. Throws like `wrap` if the provider does not answer. */
  takesCurveKeys(): Promise<boolean>
  /**
   * The 32 bytes of a key that the provider stores with us, for another provider; the caller wipes them. Undefined if it never exports
   * keys.
   */
  exportCurveKey(key: Pick<CurveKey, 'id' | 'blob'>): Promise<Buffer | undefined>
  /**
   * ECDSA of a digest of 32 bytes: `r` and `s`, 32 bytes each, `s` in either half.
   * @throws Problem `internal` if the provider has no such key; only the log names it.
   */
  signDigest(key: Pick<CurveKey, 'id' | 'blob'>, digest: Uint8Array): Promise<Uint8Array>
  /** The provider of the key with this id. */
  providerOf(id: string): string
  /** Destroys the key in the provider. Destroying a missing one is not an error. */
  destroyCurveKey(key: Pick<CurveKey, 'id' | 'blob'>): Promise<void>
  /** Never throws; answers within a second even if the provider hangs. */
  status(): Promise<KeyringStatus>
  close(): Promise<void>
}

/** A KEK in the database. */
export interface Kek {
  readonly id: string
  /** The wrapped key if the provider stores it with us; null if it is in the token. */
  readonly blob: Uint8Array | null
}

/** A signing key in the database, with the same two parts. */
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
